import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync, fsyncSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import { SnapshotSchema } from "@timewell/contracts";
import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "./migrate.ts";
import { openPglite } from "./open-pglite.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { PostgresRegistryStore } from "./postgres-registry-store.ts";

let root: string;

beforeAll(() => {
  root = makeTempFolder("open-pglite");
});

afterAll(() => removeTempFolder(root));

function snapshot(version: bigint) {
  return create(SnapshotSchema, { project: "rides", version });
}

describe("openPglite()", () => {
  it("refuses a folder that another process has open, and takes it over with all that was saved when that one is killed", async () => {
    const folder = join(root, "taken");
    const script = fileURLToPath(new URL("./pglite-holder.testdata.ts", import.meta.url));
    const holder = spawn(process.execPath, [script, folder], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((resolve) => holder.once("exit", resolve));
    try {
      const lines = createInterface(holder.stdout)[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe("open");
      await expect(openPglite(folder)).rejects.toMatchObject({
        kind: "STORE_MISCONFIGURED",
        message: expect.stringContaining(`process ${holder.pid} has it open`),
      });
      for (const version of [1, 2, 3]) {
        holder.stdin.write("\n");
        expect((await lines.next()).value).toBe(`saved ${version}`);
      }
    } finally {
      holder.kill("SIGKILL");
      await ended;
    }
    const stores = await openPglite(folder);
    expect((await stores.registryStore.load("rides"))?.version).toBe(3n);
    await stores.close();
    await expect(stores.registryStore.load("rides")).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
  }, 60_000);

  it("sets aside what a first start left that broke off", async () => {
    const folder = join(root, "broken-off");
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "data", "PG_VERSION"), "18\n");
    const stores = await openPglite(folder);
    expect(await stores.registryStore.listProjects()).toEqual([]);
    await stores.close();
    expect(readdirSync(folder).sort()).toEqual(["data", "data.incomplete-1", "lock", "ready"]);
  }, 60_000);
});

describe("PgliteDatabase", () => {
  it("makes every commit durable before it returns, and acknowledges nothing that could not be", async () => {
    let syncs = 0;
    let diskFails = false;
    const folder = join(root, "synced");
    const database = await PgliteDatabase.open(folder, (descriptor) => {
      if (diskFails) throw new Error("EIO");
      fsyncSync(descriptor);
      syncs += 1;
    });
    await migrate(database);
    const store = new PostgresRegistryStore("pglite", database);
    for (const version of [1n, 2n, 3n]) {
      const before = syncs;
      await store.save(snapshot(version));
      expect(syncs).toBeGreaterThan(before);
    }
    const before = syncs;
    await store.load("rides");
    expect(syncs).toBe(before);
    diskFails = true;
    await expect(store.save(snapshot(4n))).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    diskFails = false;
    await database.close().catch(() => {});
    const again = await openPglite(folder);
    expect([3n, 4n]).toContain((await again.registryStore.load("rides"))?.version);
    await again.close();
  }, 60_000);
});
