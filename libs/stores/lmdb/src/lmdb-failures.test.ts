import { encodeKey, partitionOf } from "@timewell/keys";
import type { LogAppend } from "@timewell/store-ports";
import { ManualClock, systemClock } from "@timewell/ttl";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";
import { openLmdbOnlineStore } from "./lmdb-online-store.ts";
import { temporaryFolder } from "./temporary-folder.testdata.ts";

const entityKey = encodeKey(["INT64"], [1n]);
const clock = new ManualClock();

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  try {
    await work(path);
  } finally {
    await remove();
  }
}

function logRow(payloadBytes: number): LogAppend {
  return { viewId: 7, entityKey, eventTimeUs: 1n, deleted: false, payload: new Uint8Array(payloadBytes) };
}

it("an append that the disk has no room for is STORE_FULL, keeps nothing of the batch, and goes on once there is room", () =>
  inFolder(async (path) => {
    const program = join(import.meta.dirname, "append-until-full.testdata.ts");
    // A disk of its own, which nobody else sees.
    const onSmallDisk = `mount -t tmpfs -o size=8m tmpfs "$2" && exec "$0" "$1" "$2"`;
    const args = ["--map-root-user", "--mount", "sh", "-c", onSmallDisk, process.execPath, program, path];
    const child = spawn("unshare", args, {
      // The engine itself prints the error of a failed commit.
      stdio: ["ignore", "pipe", "ignore"],
    });
    const output = (await child.stdout.toArray()).join("");
    expect(JSON.parse(output)).toEqual({
      refused: "STORE_FULL",
      readable: true,
      wholeBatches: true,
      withRoom: "appended",
      lost: 0,
    });
  }));

it("a folder that cannot be opened is STORE_UNAVAILABLE with the cause", () =>
  inFolder(async (path) => {
    const file = join(path, "file");
    await writeFile(file, "");
    await expect(openLmdbOnlineStore({ path: file, clock })).rejects.toMatchObject({
      kind: "STORE_UNAVAILABLE",
      cause: expect.any(Error),
    });
  }));

it("calls on a closed log are STORE_UNAVAILABLE", () =>
  inFolder(async (path) => {
    const log = await openLmdbIngestLog({ path, clock });
    await log.close();
    await expect(log.append([logRow(1)])).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    await expect(log.read(0, 0n, 1)).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
  }));

it("after kill -9 every acknowledged row is there, in whole batches (semantics 12)", () =>
  inFolder(async (path) => {
    const program = join(import.meta.dirname, "append-until-killed.testdata.ts");
    const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    while (output.split("\n").length < 30) await sleep(5);
    child.kill("SIGKILL");
    await exited;
    const acknowledged = output.split("\n").filter((line) => line !== "").length;

    const log = await openLmdbIngestLog({ path, clock: systemClock() });
    const rows = await log.read(partitionOf(entityKey), 0n, 1_000_000);
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged * 3);
    expect(rows.map(({ eventTimeUs }) => eventTimeUs)).toEqual(rows.map((_, i) => BigInt(Math.floor(i / 3))));
    expect(rows.length % 3).toBe(0);
    await log.append([logRow(1)]);
    await log.close();
  }));

it.each([
  ["log.append.begin", 4],
  ["log.append.written", 4],
  ["log.append.committed", 5],
])(
  "killed at %s of the fifth append, the log holds %d batches and 4 were acknowledged",
  (failPoint, batches) =>
    inFolder(async (path) => {
      const program = join(import.meta.dirname, "append-until-killed.testdata.ts");
      const child = spawn(process.execPath, [program, path, failPoint], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
      expect((await child.stdout.toArray()).join("")).toBe("0\n1\n2\n3\n");
      expect(await ended).toBe("SIGKILL");

      const log = await openLmdbIngestLog({ path, clock });
      expect((await log.read(partitionOf(entityKey), 0n, 1_000)).length).toBe(batches * 3);
      await log.close();
    }),
);
