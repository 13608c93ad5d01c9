import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, FileFormat, ValueType } from "@timewell/contracts";
import { encodeKey, partitionOf } from "@timewell/keys";
import { compileProject, findView, planDefinitions } from "@timewell/model";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import {
  historyRow,
  type HistoryMode,
  InMemoryIngestLog,
  InMemoryOfflineCatalog,
  InMemoryTrainingCatalog,
  viewHistory,
} from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";

import type { SnapshotDeps } from "./snapshot-deps.ts";
import type { SnapshotHistories } from "./snapshot-histories.ts";

/** When the clock of a world stands, µs UTC. */
export const nowUs = 1_767_225_600_000_000n;
const never = new AbortController().signal;

const source = (path: string) => ({ format: FileFormat.CSV, path, eventTimeColumn: "at" });
const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [{ name: "user", joinKeys: [{ name: "user", type: ValueType.STRING }] }],
    featureViews: [
      { name: "pushed", entity: "user", features: [{ name: "x", type: ValueType.INT64 }] },
      ...["one_file", "folder"].map((name) => ({
        name,
        entity: "user",
        features: [{ name: "x", type: ValueType.INT64 }],
        batchSource: source(name === "folder" ? "./folder/" : "one.csv"),
      })),
    ],
  }),
);

/** A log, a manifest, source files and a real offline engine; tests play ingestion. */
export class SnapshotWorld {
  readonly folder: string;
  readonly clock = new ManualClock(nowUs);
  readonly log = new InMemoryIngestLog(this.clock);
  readonly deps: SnapshotDeps;
  readonly project = compileProject(plan.build({ viewIds: [1, 2, 3], appliedAtUs: nowUs, appliedBy: "" }));
  readonly #engine;
  #files = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.deps = {
      clock: this.clock,
      ingestLog: this.log,
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      offlineRoot: join(folder, "offline"),
      roots: { dataRoot: folder, otherRoots: [] },
    };
    this.#engine = createDuckdbEngine({
      memoryLimitBytes: 256 * 1024 * 1024,
      threads: 1,
      workersMax: 1,
      tempDirectory: join(folder, "tmp"),
      allowedDirectories: [folder],
    });
  }

  static async create(): Promise<SnapshotWorld> {
    const world = new SnapshotWorld(await mkdtemp(join(tmpdir(), "timewell-snapshots-")));
    await world.writeSource("one.csv", "a", 1n);
    await world.writeSource("folder/1.csv", "a", 2n);
    return world;
  }

  view(name: string) {
    return findView(this.project, name);
  }

  async writeSource(name: string, user: string, x: bigint): Promise<void> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `user,at,x\n${user},2025-12-31T00:00:00Z,${x}\n`);
  }

  /** Appends a row of `pushed`, an hour old; `undefined` deletes. */
  async push(user: string, x: bigint | undefined): Promise<void> {
    const { id, codec } = this.view("pushed");
    const deleted = x === undefined;
    await this.log.append([
      {
        viewId: id,
        entityKey: encodeKey(["STRING"], [user]),
        eventTimeUs: this.clock.nowUs() - 3_600_000_000n,
        deleted,
        payload: deleted ? new Uint8Array() : codec.encode([x]),
      },
    ]);
    await this.clock.advance(1);
  }

  /** Records stamps of everything of a user's partition, or only of the last row. */
  async apply(user: string, onlyLast = false): Promise<void> {
    const partition = partitionOf(encodeKey(["STRING"], [user]));
    const lease = (await this.log.acquireLeases("me", 1_000)).find((held) => held.partition === partition)!;
    const { head, applied } = (await this.log.progress())[partition]!;
    const positions = Array.from({ length: Number(head - applied) }, (_, i) => applied + BigInt(i + 1));
    const stamped = onlyLast ? positions.slice(-1) : positions;
    const stamps = stamped.map((position) => ({ position, availableTimeUs: this.clock.nowUs() }));
    await this.log.recordApplied(lease, onlyLast ? applied : head, stamps);
    await this.clock.advance(1);
  }

  /** Moves everything that is applied to segments, and trims the log. */
  async flush(): Promise<void> {
    const manifest = await this.deps.offlineCatalog.manifest();
    const rows = [];
    const flushed = new Map<number, bigint>();
    for (const { partition, applied } of await this.log.progress()) {
      const after = manifest.flushed.get(partition) ?? 0n;
      if (applied > after) rows.push(...(await this.log.read(partition, after, Number(applied - after))));
      flushed.set(partition, applied);
    }
    const view = this.view("pushed");
    const path = `segments/${++this.#files}.parquet`;
    const file = join(this.deps.offlineRoot, path);
    await mkdir(dirname(file), { recursive: true });
    const history = rows.map((row) => historyRow(view, row));
    const written = await this.#engine.writeSegment(file, viewHistory(view, {}), history);
    const added = [{ path, viewId: view.id, schemaRevision: 1, ...written }];
    await this.deps.offlineCatalog.commit(manifest.version, { added, removed: [], flushed });
    for (const [partition, position] of flushed) await this.log.trim(partition, position);
  }

  /** The rows of users `a`, `b` as text, joined at instants around now. */
  async join({ histories }: SnapshotHistories, mode: HistoryMode): Promise<string> {
    const path = join(this.folder, "labels.csv");
    const instants = [0n, 1_000n, 2_000n, 3_000n, 60_000_000n].map((later) =>
      new Date(Number((nowUs + later) / 1000n)).toISOString(),
    );
    await writeFile(path, ["user,at", ...instants.flatMap((at) => [`a,${at}`, `b,${at}`]), ""].join("\n"));
    const views = [...histories.values()].map((history) => ({
      name: `v${history.viewId}`,
      history,
      labelColumns: ["user"],
      ttlUs: 0n,
      forgetAfterUs: 0n,
      mode,
    }));
    const parts: Uint8Array[] = [];
    const wanted = {
      labels: { format: "csv", path, eventTimeColumn: "at" },
      views,
      columns: views.map(({ name }) => `${name}__x`),
      includeStatuses: true,
    } as const;
    for await (const part of this.#engine.trainingSet(wanted, never))
      if (part.kind !== "summary") parts.push(part.bytes);
    return Buffer.concat(parts).toString("base64");
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
