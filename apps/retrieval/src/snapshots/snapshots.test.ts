import { appendFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openSnapshot } from "./open-snapshot.ts";
import { SnapshotWorld } from "./snapshot-world.testdata.ts";
import { takeSnapshot } from "./take-snapshot.ts";

describe("takeSnapshot() and openSnapshot()", () => {
  let world: SnapshotWorld;
  beforeEach(async () => {
    world = await SnapshotWorld.create();
  });
  afterEach(() => world.close());

  const take = (...names: string[]) =>
    takeSnapshot(
      world.deps,
      world.project,
      names.map((name) => world.view(name)),
    );
  const open = (id: string, ...names: string[]) =>
    openSnapshot(
      world.deps,
      id,
      names.map((name) => world.view(name)),
    );
  const both = async (histories: Awaited<ReturnType<typeof open>>) => [
    await world.join(histories, "EVENT_TIME"),
    await world.join(histories, "AVAILABLE"),
  ];

  it("give the same rows again after pushes, deletes, flushes and a trimmed log (semantics 16)", async () => {
    await world.push("a", 1n);
    await world.push("b", 1n);
    await world.apply("a");
    await world.flush();
    await world.push("a", 2n);
    await world.push("b", 2n);
    await world.apply("b", true);
    await world.push("a", 3n);
    const taken = await take("pushed", "folder");
    const before = await both(taken);
    const ranges = taken.snapshot.unavailable.map(({ first, last }) => last - first + 1n);
    expect(ranges.reduce((sum, rows) => sum + rows, 0n)).toBe(3n);

    await world.push("a", 4n);
    await world.apply("a");
    await world.apply("b");
    expect(await both(await open(taken.snapshot.snapshotId, "pushed", "folder"))).toEqual(before);
    await world.flush();
    await world.push("a", undefined);
    await world.writeSource("folder/2.csv", "a", 9n);
    const opened = await open(taken.snapshot.snapshotId, "pushed", "folder");
    expect(opened.histories.get(world.view("pushed").id)?.laterSegments?.paths).toHaveLength(1);
    expect(await both(opened)).toEqual(before);
    await opened.check();

    const now = await both(await take("pushed", "folder"));
    expect(now[0]).not.toBe(before[0]);
    expect(now[1]).not.toBe(before[1]);
  });

  it("have one id for one state, and another for another", async () => {
    const first = await take("pushed", "one_file");
    expect((await take("pushed", "one_file")).snapshot).toEqual(first.snapshot);
    expect((await take("one_file")).snapshot.snapshotId).toBe(first.snapshot.snapshotId);
    const ids = [first.snapshot.snapshotId, (await take("pushed")).snapshot.snapshotId];
    await world.push("a", 1n);
    ids.push((await take("one_file")).snapshot.snapshotId);
    await world.apply("a");
    ids.push((await take("one_file")).snapshot.snapshotId);
    await world.flush();
    ids.push((await take("one_file")).snapshot.snapshotId);
    await world.writeSource("one.csv", "a", 7n);
    ids.push((await take("one_file")).snapshot.snapshotId);
    expect(new Set(ids).size).toBe(6);
    expect(ids.every((id) => /^[0-9a-f]{64}$/.test(id))).toBe(true);
  });

  it("name source files as their definitions do", async () => {
    await world.writeSource("folder/0.csv", "b", 5n);
    const { snapshot } = await take("folder", "one_file", "pushed");
    expect(snapshot.sourceFiles.map(({ path }) => path)).toEqual(["folder/0.csv", "folder/1.csv", "one.csv"]);
  });

  it.each([
    ["has another size", "one.csv", (path: string) => appendFile(path, "a,2025-12-30T00:00:00Z,5\n")],
    ["has another content", "folder/1.csv", undefined],
    ["is gone", "folder/1.csv", (path: string) => rm(path)],
    ["was renamed", "one.csv", (path: string) => rename(path, `${path}.old`)],
  ] as const)("name a source file that %s: SOURCE_CHANGED (semantics 16)", async (_, name, change) => {
    const taken = await take("one_file", "folder");
    if (change === undefined) await world.writeSource(name, "a", 3n);
    else await change(join(world.folder, name));
    const expected = { kind: "SOURCE_CHANGED", message: expect.stringContaining(`source file "${name}" `) };
    await expect(taken.check()).rejects.toMatchObject(expected);
    await expect(open(taken.snapshot.snapshotId, "one_file", "folder")).rejects.toMatchObject(expected);
    // A view that does not read the file is not concerned.
    const other = name === "one.csv" ? "folder" : "one_file";
    await (await open(taken.snapshot.snapshotId, other)).check();
  });

  it("take a file again that is back as it was", async () => {
    const taken = await take("one_file");
    const before = await both(taken);
    await world.writeSource("one.csv", "a", 8n);
    await world.writeSource("one.csv", "a", 1n);
    await taken.check();
    expect(await both(await open(taken.snapshot.snapshotId, "one_file"))).toEqual(before);
  });

  it("refuse what there is not", async () => {
    await expect(open("00".repeat(32), "pushed")).rejects.toMatchObject({ kind: "SNAPSHOT_NOT_FOUND" });
    const { snapshot } = await take("pushed");
    await expect(open(snapshot.snapshotId, "one_file")).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    await rm(join(world.folder, "one.csv"));
    await expect(take("one_file")).rejects.toMatchObject({ kind: "FILE_NOT_FOUND" });
  });
});
