import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyList, type OnlineKey } from "./index.ts";

const keys = fc.array(
  fc.record({
    viewId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    entityKey: fc.uint8Array({ maxLength: 60 }),
  }),
  { maxLength: 90 },
);
const listed = (list: KeyList): OnlineKey[] =>
  Array.from({ length: list.length }, (_, i) => {
    const { viewId, entityKey } = list.at(i)!;
    return { viewId, entityKey: Uint8Array.from(entityKey) };
  });

describe("KeyList", () => {
  it("holds what was put into it, from objects and from other lists, also when it is used again", () => {
    const list = new KeyList();
    fc.assert(
      fc.property(keys, keys, (first, second) => {
        list.clear();
        list.append(first);
        list.append(KeyList.of(second));
        expect(listed(list)).toEqual([...first, ...second]);
        expect(list.at(list.length)).toBeUndefined();
      }),
    );
  });

  it("copies the beginning of a buffer", () => {
    const list = new KeyList();
    const scratch = Uint8Array.of(1, 2, 3, 4);
    list.push(7, scratch, 2);
    scratch.fill(9);
    expect(listed(list)).toEqual([{ viewId: 7, entityKey: Uint8Array.of(1, 2) }]);
  });
});
