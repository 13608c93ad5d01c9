import { expect, it } from "vitest";

import { fromFeastReferences } from "./feast-references.ts";

it("fromFeastReferences() turns versions of Feast into those of Timewell, and keeps the name that Feast gives them", () => {
  const { references, prefixes } = fromFeastReferences(["a:x", "b@v2:x", "c@latest:y", "d@3:x", "e:*"]);
  expect(references).toEqual(["a:x", "b@2:x", "c:y", "d@3:x", "e:*"]);
  expect([...prefixes]).toEqual([["b", "b@v2"]]);
});

it("fromFeastReferences() leaves what it does not understand to be refused", () => {
  const odd = ["b@v0:x", "b@v:x", "@v1:x", "b@v1", "b@v1x:y", ""];
  expect(fromFeastReferences(odd).references).toEqual(odd);
});
