import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";

import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { flushSegments } from "./segment-writer.ts";

/** A process of its own, whose temporary folder is a small disk: fills it, flushes, makes room, flushes again, and says what came of it. */
const rows = 500;
const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const world = await IngestionWorld.create();
world.applier.start();
for (let i = 0; i < rows; i += 100)
  await world.push({
    featureView: "pushed_only",
    rows: Array.from({ length: 100 }, (_, j) => ({
      keys: { airport: text(`A${i + j}`) },
      features: { note: text(randomBytes(3_000).toString("base64")) },
      eventTimeUs: startUs,
    })),
  });
const progress = () => world.deps.ingestLog.progress();
await world.until(async () => (await progress()).every((it) => it.applied === it.head));
const segments = async () => (await world.deps.offlineCatalog.manifest()).segments.length;
const files = () =>
  readdirSync(join(world.deps.offlineRoot, "segments"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

const ballast = join(tmpdir(), "ballast");
const { bavail, bsize } = statfsSync(tmpdir());
const roomBytes = 256 * 1024;
writeFileSync(ballast, Buffer.alloc(bavail * bsize - roomBytes));
const refused = await flushSegments(world.deps, world.applier).then(
  () => "flushed",
  (error: unknown) =>
    error instanceof FeatureStoreError ? `${error.kind}: ${error.message}` : String(error),
);
const whenFull = { segments: await segments(), files: files() };
const inLog = (await progress()).reduce((sum, { head }) => sum + Number(head), 0);
let readable = 0;
for (let partition = 0; partition < 64; partition++)
  readable += (await world.deps.ingestLog.read(partition, 0n, rows)).length;
rmSync(ballast);
const withRoom = await flushSegments(world.deps, world.applier);
const answer = { refused, whenFull, inLog, readable, withRoom, segments: await segments() };
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
