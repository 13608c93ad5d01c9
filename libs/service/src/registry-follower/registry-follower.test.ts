import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { SnapshotSchema, WatchRegistryResponseSchema, type WatchRegistryResponse } from "@timewell/contracts";
import { ManualClock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../log/create-logger.ts";
import { createRegistryFollower, type RegistryFollower } from "./registry-follower.ts";

/** A registry that says what a test tells it to. */
class ScriptedRegistry {
  calls = 0;
  down = false;
  #say: ((message: WatchRegistryResponse | Error) => void) | undefined;

  say(project: string, version: bigint, caughtUp = true): void {
    const snapshot = create(SnapshotSchema, { project, version });
    this.#say?.(create(WatchRegistryResponseSchema, { snapshot, caughtUp }));
  }

  beat(): void {
    this.#say?.(create(WatchRegistryResponseSchema, { caughtUp: true }));
  }

  break(): void {
    this.#say?.(new ConnectError("connection lost", Code.Unavailable));
  }

  async *watchRegistry(_request: object, options?: { readonly signal?: AbortSignal }) {
    this.calls++;
    if (this.down) throw new ConnectError("nobody listens", Code.Unavailable);
    for (;;) {
      const message = await new Promise<WatchRegistryResponse | Error>((resolve) => {
        this.#say = resolve;
        options?.signal?.addEventListener("abort", () => resolve(options.signal?.reason as Error));
      });
      if (message instanceof Error) throw message;
      yield message;
    }
  }
}

describe("RegistryFollower", () => {
  let folder: string;
  let clock: ManualClock;
  let registry: ScriptedRegistry;
  const open: RegistryFollower[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-"));
    clock = new ManualClock();
    registry = new ScriptedRegistry();
  });
  afterEach(async () => {
    for (const follower of open.splice(0)) follower.close();
    await rm(folder, { recursive: true, force: true });
  });

  function follow(snapshotDirectory?: string): RegistryFollower {
    const log = createLogger({ name: "test", level: "silent" });
    const follower = createRegistryFollower({ client: registry as never, snapshotDirectory, clock, log });
    open.push(follower);
    return follower;
  }

  /** Lets what was said arrive: files are written on the way. */
  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 2_000 && !condition(); i++) await new Promise((resolve) => setImmediate(resolve));
    expect(condition()).toBe(true);
  }

  it("knows nothing until the registry has answered, and says so", async () => {
    const follower = follow();
    expect(() => follower.project("demo")).toThrow(expect.objectContaining({ kind: "REGISTRY_UNAVAILABLE" }));
    expect(follower.ageMs()).toBeUndefined();
    await until(() => registry.calls === 1);
    registry.say("demo", 3n);
    await follower.ready;
    expect(follower.project("demo").version).toBe(3n);
    expect(() => follower.project("dema")).toThrow("Did you mean demo?");
    expect(() => follower.project("other")).toThrow(expect.objectContaining({ kind: "PROJECT_NOT_FOUND" }));
  });

  it("is ready only when every project was sent", async () => {
    const follower = follow();
    let ready = false;
    void follower.ready.then(() => (ready = true));
    await until(() => registry.calls === 1);
    registry.say("a", 1n, false);
    await until(() => follower.projects().length === 1);
    expect(ready).toBe(false);
    registry.say("b", 1n);
    await until(() => ready);
    expect(follower.projects().map((project) => project.project)).toEqual(["a", "b"]);
  });

  it("tells listeners and waiters of new versions, and never goes back", async () => {
    const follower = follow();
    const seen: bigint[] = [];
    const stop = follower.onChange((project) => seen.push(project.version));
    await until(() => registry.calls === 1);
    const waited = follower.waitForVersion("demo", 2n);
    for (const version of [1n, 2n, 1n]) {
      registry.say("demo", version);
      await until(() => (follower.projects()[0]?.version ?? 0n) >= version);
      await until(() => true);
    }
    await waited;
    await follower.waitForVersion("demo", 1n);
    expect(follower.project("demo").version).toBe(2n);
    expect(seen).toEqual([1n, 2n]);
    stop();
    const given = AbortSignal.abort(new Error("enough"));
    await expect(follower.waitForVersion("demo", 9n, given)).rejects.toThrow("enough");
  });

  it("comes back after the registry went away, and its age tells how long that was", async () => {
    const follower = follow();
    await until(() => registry.calls === 1);
    registry.say("demo", 1n);
    await follower.ready;
    registry.down = true;
    registry.break();
    await until(() => registry.calls === 1);
    await clock.advance(30_000);
    expect(follower.project("demo").version).toBe(1n);
    expect(follower.ageMs()).toBe(30_000);
    const attempts = registry.calls;
    expect(attempts).toBeGreaterThan(10);
    expect(attempts).toBeLessThan(30);
    registry.down = false;
    await clock.advance(2_000);
    registry.say("demo", 2n);
    await follower.waitForVersion("demo", 2n);
    expect(follower.ageMs()).toBeLessThan(2_000);
  });

  it("gives up a connection that fell silent", async () => {
    follow();
    await until(() => registry.calls === 1);
    registry.beat();
    await clock.advance(14_000);
    registry.beat();
    await clock.advance(14_000);
    expect(registry.calls).toBe(1);
    await clock.advance(2_000);
    expect(registry.calls).toBe(2);
  });

  it("starts from disk while the registry is down, and leaves out a damaged file (semantics 15)", async () => {
    const first = follow(folder);
    await until(() => registry.calls === 1);
    registry.say("demo", 4n);
    await first.ready;
    await until(() => registry.calls === 1);
    expect(await readdir(folder)).toEqual(["demo.snapshot"]);
    await writeFile(join(folder, "broken.snapshot"), Buffer.from([0x0a, 0xff]));
    await writeFile(join(folder, "half.snapshot.tmp"), "x");
    registry = new ScriptedRegistry();
    registry.down = true;
    const second = follow(folder);
    await second.ready;
    expect(second.projects().map((project) => [project.project, project.version])).toEqual([["demo", 4n]]);
    expect(second.ageMs()).toBeUndefined();
  });

  it("close() ends who waits", async () => {
    const follower = follow();
    const waiting = follower.waitForVersion("demo", 1n);
    follower.close();
    await expect(waiting).rejects.toMatchObject({ kind: "SHUTTING_DOWN" });
  });
});
