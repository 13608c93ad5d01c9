import { createHash } from "node:crypto";
import { appendFile, mkdtemp, open, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InMemoryTrainingCatalog } from "@timewell/store-ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { digestFiles } from "./digest-files.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const wrong = "00".repeat(32);

describe("digestFiles()", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-digests-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A file, a catalog, and a clock that stands long after the file was written. */
  async function world(name: string, text: string, laterMs = 60_000) {
    const path = join(folder, name);
    await writeFile(path, text);
    const trainingCatalog = new InMemoryTrainingCatalog();
    const deps = { trainingCatalog, clock: { nowUs: () => BigInt(Date.now() + laterMs) * 1000n } };
    /** Replaces the recorded digest: only who trusts the record gets this one. */
    const spoil = async () => {
      const digest = (await trainingCatalog.sourceDigests([path])).get(path);
      if (digest !== undefined) await trainingCatalog.putSourceDigests([{ ...digest, sha256: wrong }]);
      return digest !== undefined;
    };
    const digest = async () => (await digestFiles(deps, [path, path])).get(path)?.sha256;
    return { path, spoil, digest };
  }

  it("reads a file once", async () => {
    const { digest, spoil } = await world("once", "abc");
    expect(await digest()).toBe(sha256("abc"));
    expect(await spoil()).toBe(true);
    expect(await digest()).toBe(wrong);
  });

  it.each([
    ["grew", (path: string) => appendFile(path, "d"), "abcd"],
    ["was written again with as many bytes", (path: string) => writeFile(path, "abd"), "abd"],
    [
      "was written again, its time of change put back",
      async (path: string) => {
        const { atime, mtime } = await stat(path);
        await writeFile(path, "abe");
        await utimes(path, atime, mtime);
      },
      "abe",
    ],
    [
      "was replaced",
      async (path: string) => {
        await writeFile(`${path}.new`, "abf");
        await rename(`${path}.new`, path);
      },
      "abf",
    ],
  ])("reads a file again that %s", async (what, change, content) => {
    const { path, digest, spoil } = await world(what, "abc");
    await digest();
    await spoil();
    await change(path);
    expect(await digest()).toBe(sha256(content));
  });

  it("does not trust a change of the last 2 s, nor one of the future", async () => {
    for (const laterMs of [1_000, -60_000]) {
      const { digest, spoil } = await world(`fresh${laterMs}`, "abc", laterMs);
      expect(await digest()).toBe(sha256("abc"));
      expect(await spoil()).toBe(false);
    }
  });

  it("reads large files piece by piece, and nothing at all of an empty one", async () => {
    const large = await world("large", "0123456789".repeat(300_000));
    expect(await large.digest()).toBe(sha256("0123456789".repeat(300_000)));
    const empty = await world("empty", "");
    expect(await empty.digest()).toBe(sha256(""));
  });

  it("refuses a file that is written all the time, and ends when it is told to", async () => {
    const path = join(folder, "busy");
    await using file = await open(path, "w");
    await file.write("x");
    let at = 1;
    const clock = { nowUs: () => BigInt(Date.now()) * 1000n };
    const deps = { trainingCatalog: new InMemoryTrainingCatalog(), clock };
    const signal = { throwIfAborted: () => void file.write("x", at++) } as unknown as AbortSignal;
    await expect(digestFiles(deps, [path], signal)).rejects.toMatchObject({ kind: "SOURCE_CHANGED" });
    await expect(digestFiles(deps, [path], AbortSignal.abort())).rejects.toThrow("abort");
  });
});
