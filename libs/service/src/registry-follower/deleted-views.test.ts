import { FeatureStoreError } from "@timewell/errors";
import type { CompiledProject } from "@timewell/model";
import { describe, expect, it } from "vitest";
import { DeletedViews } from "./deleted-views.ts";

/** Project `a` had view 7 in versions 2 and 3 of 5, project `b` has had view 8 since its first of 2. */
const views: Record<string, number[][]> = { a: [[], [7], [7], [], []], b: [[8], [8]] };

function project(name: string, version: bigint): CompiledProject {
  const ids = views[name]?.[Number(version) - 1] ?? [];
  const viewsById = new Map(ids.map((id) => [id, { id, schemaRevision: Number(version) }]));
  return { project: name, version, viewsById } as unknown as CompiledProject;
}

describe("DeletedViews", () => {
  it("finds the last definition of a view, and looks for each once", async () => {
    const asked: string[] = [];
    const deleted = new DeletedViews(async (name, version) => {
      asked.push(`${name}@${version}`);
      return project(name, version);
    });
    const current = [project("a", 5n), project("b", 2n)];
    expect(await deleted.find(7, current)).toMatchObject({ id: 7, schemaRevision: 3 });
    expect(asked).toEqual(["a@4", "b@1", "a@3"]);
    expect(await deleted.find(9, current)).toBeUndefined();
    const count = asked.length;
    await deleted.find(7, current);
    await deleted.find(9, current);
    expect(asked.length).toBe(count);
  });

  it("passes over versions that are not there any more", async () => {
    const deleted = new DeletedViews(async (name, version) => {
      if (version === 4n) throw new FeatureStoreError("PROJECT_NOT_FOUND", "Cannot find version 4");
      return project(name, version);
    });
    expect(await deleted.find(7, [project("a", 5n)])).toMatchObject({ schemaRevision: 3 });
  });

  it("tries again where the registry did not answer", async () => {
    let isDown = true;
    const deleted = new DeletedViews(async (name, version) => {
      if (isDown) throw new Error("down");
      return project(name, version);
    });
    await expect(deleted.find(7, [project("a", 5n)])).rejects.toThrow("down");
    isDown = false;
    expect(await deleted.find(7, [project("a", 5n)])).toBeDefined();
  });
});
