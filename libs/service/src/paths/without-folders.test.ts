import { FeatureStoreError } from "@timewell/errors";
import { describe, expect, test } from "vitest";
import { withoutFolders } from "./without-folders.ts";

async function* failing(error: unknown) {
  yield 1;
  throw error;
}

async function outcome(error: unknown): Promise<unknown> {
  const seen: number[] = [];
  try {
    for await (const one of withoutFolders(failing(error), ["/data", "/srv/offline"])) seen.push(one);
  } catch (reason) {
    expect(seen).toEqual([1]);
    return reason;
  }
  throw new Error("it did not fail");
}

describe("withoutFolders()", () => {
  test("shows paths from the folder on, and keeps kind, hint and field", async () => {
    const error = new FeatureStoreError(
      "DATA_LOSS",
      "Cannot read /data/a.parquet, /srv/offline/x/b.parquet",
      {
        hint: "Write it again",
        field: "source",
      },
    );
    expect(await outcome(error)).toMatchObject({
      kind: "DATA_LOSS",
      message: "Cannot read a.parquet, x/b.parquet. Write it again",
      hint: "Write it again",
      field: "source",
      cause: error,
    });
  });

  test("leaves every other error as it is", async () => {
    const other = new FeatureStoreError("INVALID_VALUE", "Cannot use 5");
    expect(await outcome(other)).toBe(other);
    const foreign = new TypeError("/data/a");
    expect(await outcome(foreign)).toBe(foreign);
  });
});
