import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { create } from "@bufbuild/protobuf";
import { MaterializeIncrementalRequestSchema, type Progress, PushRow_Operation } from "@timewell/contracts";
import { resolveSource } from "@timewell/service";
import { InMemoryOnlineStore, readLogHistory, viewHistory } from "@timewell/store-ports";
import { forgetAfterUs, rowStatus } from "@timewell/ttl";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Applier } from "./applier.ts";
import { IngestionWorld } from "./ingestion-world.testdata.ts";
import { materializeIncremental } from "./materialize-incremental.ts";
import { rebuildOnline } from "./rebuild-online.ts";
import { flushSegments } from "./segment-writer.ts";

const never = new AbortController().signal;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();
const minuteUs = 60_000_000n;
const airports = ["A", "B"];

/** Views whose history records available times, and one that does not. */
const recorded = ["airport_created", "airport_delayed", "pushed_only"] as const;
const views = [...recorded, "airport_hourly"] as const;
type View = (typeof views)[number];

type Step =
  | {
      readonly do: "push";
      readonly view: View;
      readonly airport: string;
      readonly ageMin: number;
      readonly deletes: boolean;
    }
  | {
      readonly do: "source";
      readonly view: View;
      readonly airport: string;
      readonly ageMin: number;
      readonly aheadMin: number;
    }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "flush" | "restart" | "rebuild" | "materialize" | "look" };

const airport = fc.constantFrom(...airports);
const ageMin = fc.integer({ min: -2, max: 200 }).map((minutes) => Math.floor(minutes / 4) * 4 || minutes);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("push" as const),
        view: fc.constantFrom(...views),
        airport,
        ageMin,
        deletes: fc.boolean(),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("source" as const),
        view: fc.constantFrom<View>("airport_created", "airport_delayed", "airport_hourly"),
        airport,
        ageMin,
        aheadMin: fc.constantFrom(0, 0, 20),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom("flush", "restart", "rebuild", "materialize", "look" as const),
      }) as fc.Arbitrary<Step>,
    },
  ),
  { minLength: 4, maxLength: 24 },
);

interface SourceRow {
  readonly airport: string;
  readonly eventTimeUs: bigint;
  readonly createdUs: bigint;
  readonly value: number;
}

/** What serving answered: status and value. */
type Answer = readonly [status: string, value: string | null];

interface Look {
  readonly atUs: bigint;
  readonly answers: ReadonlyMap<View, readonly Answer[]>;
}

class Story {
  readonly looks: Look[] = [];
  private world: IngestionWorld;
  private readonly sources = new Map<View, SourceRow[]>();
  private value = 0;

  private constructor(world: IngestionWorld) {
    this.world = world;
  }

  static async begin(): Promise<Story> {
    const world = await IngestionWorld.create();
    world.applier.start();
    return new Story(world);
  }

  async take(step: Step): Promise<void> {
    const { world } = this;
    const nowUs = world.clock.nowUs();
    if (step.do === "wait") await world.clock.advance(step.minutes * 60_000);
    else if (step.do === "push") await this.push(step, nowUs);
    else if (step.do === "source") {
      const rows = this.sources.get(step.view) ?? [];
      // A row that comes after its declared delay would break the promise of that delay.
      const ageMin = Math.min(Math.max(step.ageMin, 0), step.view === "airport_delayed" ? 56 : 200);
      const eventTimeUs = nowUs - BigInt(ageMin) * minuteUs;
      rows.push({
        airport: step.airport,
        eventTimeUs,
        createdUs: nowUs + BigInt(step.aheadMin) * minuteUs,
        value: ++this.value,
      });
      this.sources.set(step.view, rows);
    } else if (step.do === "flush") await flushSegments(world.deps, world.applier);
    else if (step.do === "restart") await this.restart();
    else if (step.do === "rebuild") await this.rebuild();
    else if (step.do === "materialize") await this.materialize();
    else await this.look();
  }

  private async push(step: Step & { do: "push" }, nowUs: bigint): Promise<void> {
    const number = ++this.value;
    const features =
      step.view === "pushed_only"
        ? { note: { kind: { case: "stringValue" as const, value: String(number) } } }
        : { departures: { kind: { case: "int64Value" as const, value: BigInt(number) } } };
    const keys = { airport: { kind: { case: "stringValue" as const, value: step.airport } } };
    const eventTimeUs = nowUs - BigInt(step.ageMin) * minuteUs;
    const row = step.deletes
      ? { keys, operation: PushRow_Operation.DELETE, ...(step.ageMin > 100 ? {} : { eventTimeUs }) }
      : { keys, features, eventTimeUs };
    await this.world.push({ featureView: step.view, rows: [row] });
  }

  private async restart(): Promise<void> {
    const { world } = this;
    const stopped = world.applier.stop();
    await world.clock.advance(1_000);
    await stopped;
    world.applier = new Applier(world.deps);
    world.applier.start();
  }

  /** Another store, empty, that only a rebuild fills. */
  private async rebuild(): Promise<void> {
    await this.settle();
    const stopped = this.world.applier.stop();
    await this.world.clock.advance(1_000);
    await stopped;
    const store = new InMemoryOnlineStore(this.world.clock);
    for (const [partition, watermark] of await this.world.deps.onlineStore.watermarks())
      await store.apply([], { fence: { partition, epoch: 0n }, watermark });
    this.world = this.world.withStore(store);
    for (const view of views) await drain(rebuildOnline(this.world.deps, this.world.view(view), never));
    this.world.applier.start();
  }

  private async materialize(): Promise<void> {
    const { world } = this;
    await this.writeSources();
    for (const view of views) {
      if (view === "pushed_only") continue;
      const request = create(MaterializeIncrementalRequestSchema, { project: "default", featureView: view });
      await drain(materializeIncremental(world.deps, request, never));
    }
  }

  private async writeSources(): Promise<void> {
    const files = {
      airport_created: "created.csv",
      airport_delayed: "delayed.csv",
      airport_hourly: "hourly.csv",
    };
    for (const [view, file] of Object.entries(files)) {
      const rows = this.sources.get(view as View) ?? [];
      const lines = rows.map((row) =>
        [row.airport, iso(row.eventTimeUs), iso(row.createdUs), row.value, ""].join(","),
      );
      await this.world.writeCsv(file, "airport,event_timestamp,created,departures,mean_delay", lines);
    }
  }

  private async settle(): Promise<void> {
    const { world } = this;
    await world.until(() => world.applier.leases().length === 64);
    const nowUs = world.clock.nowUs();
    await world.until(async () => {
      for (const { partition, head } of await world.deps.ingestLog.progress()) {
        const rows = await world.deps.ingestLog.read(partition, 0n, Number(head));
        if (rows.some((row) => row.availableTimeUs === undefined && row.eventTimeUs <= nowUs)) return false;
      }
      return true;
    });
  }

  /** Reads everything online at an instant at which everything that is due has arrived. */
  async look(): Promise<void> {
    const { world } = this;
    await this.settle();
    // What is due now is available at this millisecond: a run at the next one takes it.
    await world.clock.advance(1);
    await this.materialize();
    await this.settle();
    await world.clock.advance(1);
    const atUs = world.clock.nowUs();
    const answers = new Map<View, Answer[]>();
    for (const view of views)
      answers.set(view, await Promise.all(airports.map((key) => this.answer(view, key, atUs))));
    this.looks.push({ atUs, answers });
    await world.clock.advance(1);
  }

  private async answer(name: View, key: string, atUs: bigint): Promise<Answer> {
    const view = this.world.view(name);
    const row = await this.world.read(name, key);
    const status = rowStatus(
      row,
      atUs,
      view.ttlUs,
      forgetAfterUs(view.ttlUs, this.world.deps.settings.graceUs),
    );
    return [status, status === "PRESENT" ? text(row?.values[0]) : null];
  }

  /** What training says of the same instants. */
  async train(name: View, instants: readonly bigint[]): Promise<Answer[][]> {
    const { deps } = this.world;
    const view = this.world.view(name);
    const path = join(this.world.folder, "labels.csv");
    const labels = instants.flatMap((at) => airports.map((key) => `${key},${iso(at)}`));
    await writeFile(path, ["airport,at", ...labels, ""].join("\n"));
    const { manifest, tails } = await readLogHistory(deps.offlineCatalog, deps.ingestLog, new Set([view.id]));
    const history = viewHistory(view, {
      source: view.source === undefined ? undefined : await resolveSource(view.source, deps.roots),
      segments: manifest.segments
        .filter(({ viewId }) => viewId === view.id)
        .map((it) => join(deps.offlineRoot, it.path)),
      tail: tails.get(view.id) ?? [],
    });
    const bytes: Uint8Array[] = [];
    const plan = {
      labels: { format: "csv", path, eventTimeColumn: "at" } as const,
      views: [
        {
          name: "v",
          history,
          labelColumns: ["airport"],
          ttlUs: view.ttlUs,
          forgetAfterUs: forgetAfterUs(view.ttlUs, deps.settings.graceUs),
          mode: view.historyMode,
        },
      ],
      columns: view.features.map(({ name: feature }) => `v__${feature}`),
      includeStatuses: true,
    };
    for await (const part of deps.offlineEngine.trainingSet(plan, never))
      if (part.kind !== "summary") bytes.push(part.bytes);
    const table = tableFromIPC(bytes);
    const column = (at: number) => [...table.getChildAt(at)!];
    const [statuses, values] = [column(table.numCols - 1) as string[], column(2)];
    const answers = statuses.map((status, i): Answer => [status, text(values[i])]);
    return instants.map((_, i) => answers.slice(i * airports.length, (i + 1) * airports.length));
  }

  async end(): Promise<void> {
    await this.writeSources();
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

async function drain(stream: AsyncIterable<Progress>): Promise<void> {
  for await (const _ of stream);
}

describe("serving and training", () => {
  it(
    "training says of every instant what serving answered then (semantics 5)",
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (taken) => {
          const story = await Story.begin();
          try {
            for (const step of taken) await story.take(step);
            await story.look();
            await story.end();
            const instants = story.looks.map(({ atUs }) => atUs);
            for (const view of recorded)
              expect(await story.train(view, instants), view).toEqual(
                story.looks.map(({ answers }) => answers.get(view)),
              );
            const final = story.looks.at(-1)!;
            expect((await story.train("airport_hourly", [final.atUs]))[0]).toEqual(
              final.answers.get("airport_hourly"),
            );
          } finally {
            await story.close();
          }
        }),
        { numRuns: Number(process.env.TIMEWELL_RUNS ?? 4) },
      );
    },
  );
});
