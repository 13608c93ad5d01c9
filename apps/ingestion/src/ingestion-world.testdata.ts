import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AggregateFunction,
  ConstraintPolicy,
  DefinitionsSchema,
  type FeatureViewSchema,
  FileFormat,
  PushRequestSchema,
  type PushResponse,
  ValueType,
} from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import {
  compileProject,
  type CompiledProject,
  type CompiledView,
  findView,
  planDefinitions,
} from "@timewell/model";
import { type FeatureValue, payloadOf, readHeader, type RowHeader } from "@timewell/row";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import {
  InMemoryIngestLog,
  InMemoryOfflineCatalog,
  InMemoryOnlineStore,
  InMemoryTrainingCatalog,
  type OnlineStore,
} from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";

import { Applier } from "./applier.ts";
import type { IngestionDeps, IngestionSettings } from "./ingestion-deps.ts";
import { push } from "./push.ts";

/** 2026-01-01T00:00:00Z, µs. */
export const startUs = 1_767_225_600_000_000n;
export const hourUs = 3_600_000_000n;

/** A view of departures with windows. */
function departures(
  name: string,
  parts: MessageInitShape<typeof FeatureViewSchema>,
): MessageInitShape<typeof FeatureViewSchema> {
  const { COUNT, MEAN, MAX, LAST_N, FIRST } = AggregateFunction;
  const { INT64, DOUBLE, STRING, STRING_LIST } = ValueType;
  const delayed = "delay > 15.0 || has(event.reason)";
  const feature = (
    to: string,
    type: ValueType,
    fn: AggregateFunction,
    windowMs: bigint,
    rest: object = {},
  ) => ({
    name: to,
    type,
    aggregate: { function: fn, windowMs, ...rest },
  });
  return {
    name,
    entity: "airport",
    eventFields: [
      { name: "flight", type: STRING },
      { name: "delay", type: DOUBLE },
      { name: "reason", type: STRING },
    ],
    features: [
      feature("count_1m", INT64, COUNT, 60_000n),
      feature("count_1h", INT64, COUNT, 3_600_000n),
      feature("delayed_1d", INT64, COUNT, 86_400_000n, { filter: delayed }),
      feature("mean_delay_1h", DOUBLE, MEAN, 3_600_000n, { input: "delay" }),
      feature("max_delay_30d", DOUBLE, MAX, 30n * 86_400_000n, { input: "delay" }),
      feature("last_flights", STRING_LIST, LAST_N, 0n, { input: "flight", n: 3 }),
      feature("first_flight_1h", STRING, FIRST, 3_600_000n, { input: "flight" }),
    ],
    ...parts,
  };
}

const definitions = create(DefinitionsSchema, {
  entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
  featureViews: [
    {
      name: "airport_hourly",
      entity: "airport",
      features: [
        { name: "departures", type: ValueType.INT64 },
        { name: "mean_delay", type: ValueType.DOUBLE },
      ],
      ttlMs: 6n * 3_600_000n,
      batchSource: { format: FileFormat.CSV, path: "hourly.csv", eventTimeColumn: "event_timestamp" },
    },
    {
      name: "airport_delayed",
      entity: "airport",
      features: [{ name: "departures", type: ValueType.INT64 }],
      batchSource: {
        format: FileFormat.CSV,
        path: "delayed.csv",
        eventTimeColumn: "event_timestamp",
        availabilityDelayMs: 3_600_000n,
      },
    },
    {
      name: "airport_created",
      entity: "airport",
      features: [{ name: "departures", type: ValueType.INT64 }],
      batchSource: {
        format: FileFormat.CSV,
        path: "created.csv",
        eventTimeColumn: "event_timestamp",
        createdTimeColumn: "created",
      },
    },
    departures("departures", {}),
    departures("departures_with_files", {
      batchSource: { format: FileFormat.CSV, path: "departures.csv", eventTimeColumn: "event_timestamp" },
      eventIdField: "flight",
    }),
    { name: "pushed_only", entity: "airport", features: [{ name: "note", type: ValueType.STRING }] },
    {
      name: "watched",
      entity: "airport",
      features: [{ name: "delay", type: ValueType.DOUBLE }],
      batchSource: { format: FileFormat.CSV, path: "watched.csv", eventTimeColumn: "event_timestamp" },
      constraints: [
        {
          name: "delay_range",
          field: "delay",
          rule: {
            case: "range",
            value: { min: { kind: { case: "doubleValue", value: -60 } } },
          },
        },
        {
          name: "fresh",
          rule: { case: "freshWithinMs", value: 3_600_000n },
          policy: ConstraintPolicy.COUNT,
        },
        {
          name: "known",
          field: "delay",
          rule: { case: "notNull", value: true },
          policy: ConstraintPolicy.COUNT,
        },
      ],
    },
  ],
});

/** What a read of one row found. */
export interface FoundRow extends RowHeader {
  readonly values: FeatureValue[];
}

/** Ingestion over in-memory reference stores and a real offline engine, at a time that the test decides. */
export class IngestionWorld {
  readonly clock: ManualClock;
  readonly project: CompiledProject;
  readonly deps: IngestionDeps;
  readonly folder: string;
  applier: Applier;

  private constructor(folder: string, clock: ManualClock, project: CompiledProject, deps: IngestionDeps) {
    this.folder = folder;
    this.clock = clock;
    this.project = project;
    this.deps = deps;
    this.applier = new Applier(deps);
  }

  /** Makes a world whose clock stands at `startUs`; nothing is applied until `applier.start()`. */
  static async create(
    settings: Partial<IngestionSettings> = {},
    onlineStore?: OnlineStore,
  ): Promise<IngestionWorld> {
    const folder = await mkdtemp(join(tmpdir(), "timewell-ingestion-"));
    const clock = new ManualClock(startUs);
    const plan = planDefinitions(undefined, "default", definitions);
    const viewIds = Array.from({ length: plan.newViewVersions }, (_, i) => i + 1);
    const project = compileProject(plan.build({ viewIds, appliedAtUs: startUs, appliedBy: "" }));
    let ids = 0;
    const deps: IngestionDeps = {
      definitions: { project: () => project, projects: () => [project], ageMs: () => 0 },
      onlineStore: onlineStore ?? new InMemoryOnlineStore(clock),
      ingestLog: new InMemoryIngestLog(clock),
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      offlineEngine: createDuckdbEngine({
        memoryLimitBytes: 256 * 1024 * 1024,
        threads: 1,
        workersMax: 1,
        tempDirectory: join(folder, "tmp"),
        allowedDirectories: [folder],
      }),
      offlineRoot: join(folder, "offline"),
      labelsRoot: join(folder, "offline", "labels"),
      roots: { dataRoot: folder, otherRoots: [] },
      clock,
      newId: () => `id-${++ids}`,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      settings: {
        futureToleranceUs: 300_000_000n,
        graceUs: 30n * 24n * hourUs,
        expiry: "none",
        backlogRowsMax: 1_000n,
        flushIntervalMs: 60_000,
        logRetentionUs: 24n * hourUs,
        leaseMs: 15_000,
        ...settings,
      },
    };
    return new IngestionWorld(folder, clock, project, deps);
  }

  /** The same world with other parts. */
  with(parts: Partial<IngestionDeps>): IngestionWorld {
    return new IngestionWorld(this.folder, this.clock, this.project, { ...this.deps, ...parts });
  }

  /** The same world with another online store, as after one was lost. */
  withStore(onlineStore: OnlineStore): IngestionWorld {
    return new IngestionWorld(this.folder, this.clock, this.project, { ...this.deps, onlineStore });
  }

  /** The same world with other definitions, as after an apply. */
  withProject(project: CompiledProject): IngestionWorld {
    const definitions = { project: () => project, projects: () => [project], ageMs: () => 0 };
    return new IngestionWorld(this.folder, this.clock, project, { ...this.deps, definitions });
  }

  view(name: string): CompiledView {
    return findView(this.project, name);
  }

  /** Pushes rows; `wait` and ids as in the request. */
  push(
    request: MessageInitShape<typeof PushRequestSchema>,
    signal = new AbortController().signal,
  ): Promise<PushResponse> {
    const full = create(PushRequestSchema, { project: "default", ...request });
    return push(this.deps, this.applier, full, { principal: "", signal });
  }

  /** The stored online row of an airport. */
  async read(view: string, airport: string): Promise<FoundRow | undefined> {
    const { id, codec } = this.view(view);
    const [row] = await this.deps.onlineStore.read([
      { viewId: id, entityKey: encodeKey(["STRING"], [airport]) },
    ]);
    return row === undefined ? undefined : { ...readHeader(row), values: codec.decode(payloadOf(row)) };
  }

  /** Writes a source file. */
  async writeCsv(name: string, header: string, rows: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, name), [header, ...rows, ""].join("\n"));
  }

  /**
   * Lets the background work see the time pass, until a condition holds. Child processes and files take real time, which a busy machine
   * makes long: for their sake it waits on when simulated time has all but stopped.
   */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let i = 0; i < 3_000; i++) {
      if (await holds()) return;
      await this.clock.advance(i < 200 ? 50 : 1);
      await (i < 20 ? turn() : pause(5));
    }
    throw new Error("the condition did not come to hold within 13 s of simulated time");
  }

  async close(): Promise<void> {
    const stopped = this.applier.stop();
    await this.clock.advance(1_000);
    await stopped;
    await this.deps.offlineEngine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
