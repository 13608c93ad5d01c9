import { FeatureStoreError } from "@timewell/errors";
import { expect, it } from "vitest";

import { withErasedSegments } from "./with-erased-segments.ts";

async function* failing(path: string) {
  yield 1;
  throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot read ${path}: there is no such file`);
}

async function failureOf(path: string): Promise<unknown> {
  try {
    for await (const _ of withErasedSegments(failing(path), "/offline"));
  } catch (error) {
    return error;
  }
  return undefined;
}

it("withErasedSegments() asks to try again where a segment is gone, and hides its path", async () => {
  const error = await failureOf("/offline/segments/1/a.parquet");
  expect(error).toMatchObject({ kind: "VERSION_CONFLICT" });
  expect((error as Error).message).not.toContain("/offline");
});

it("withErasedSegments() leaves other failures alone", async () => {
  expect(await failureOf("/data/labels.parquet")).toMatchObject({ kind: "FILE_NOT_FOUND" });
});
