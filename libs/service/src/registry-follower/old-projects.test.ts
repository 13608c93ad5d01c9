import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { GetSnapshotResponseSchema } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { OldProjects } from "./old-projects.ts";

/** A registry with versions 1 to 30 of `rides`. */
function registry() {
  const state = { calls: 0, failure: undefined as ConnectError | undefined };
  const getSnapshot = async (request: { readonly project?: string; readonly version?: bigint }) => {
    state.calls++;
    if (state.failure !== undefined) throw state.failure;
    const { project = "", version = 0n } = request;
    if (version > 30n) throw new ConnectError("no such version", Code.InvalidArgument);
    return create(GetSnapshotResponseSchema, { snapshot: { project, version } });
  };
  return Object.assign(state, { projects: new OldProjects({ getSnapshot } as never) });
}

describe("OldProjects", () => {
  it("asks once for a version, also where many want it at once", async () => {
    const world = registry();
    const found = await Promise.all([1, 2, 3].map(() => world.projects.projectAt("rides", 7n)));
    expect(found.map(({ version }) => version)).toEqual([7n, 7n, 7n]);
    expect(world.calls).toBe(1);
  });

  it("holds the versions that were used last, and no more than 16", async () => {
    const world = registry();
    for (let version = 1n; version <= 17n; version += 1n) {
      await world.projects.projectAt("rides", 1n);
      await world.projects.projectAt("rides", version);
    }
    expect(world.calls).toBe(17);
    await world.projects.projectAt("rides", 1n);
    expect(world.calls).toBe(17);
    await world.projects.projectAt("rides", 2n);
    expect(world.calls).toBe(18);
  });

  it("says what is not there, and forgets failures", async () => {
    const world = registry();
    await expect(world.projects.projectAt("rides", 31n)).rejects.toMatchObject({ kind: "PROJECT_NOT_FOUND" });
    world.failure = new ConnectError("nobody listens", Code.Unavailable);
    await expect(world.projects.projectAt("rides", 3n)).rejects.toMatchObject({
      kind: "REGISTRY_UNAVAILABLE",
    });
    world.failure = undefined;
    expect((await world.projects.projectAt("rides", 3n)).version).toBe(3n);
  });
});
