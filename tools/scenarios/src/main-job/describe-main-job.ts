import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { clone } from "@bufbuild/protobuf";
import { DefinitionsSchema, Mode, type Progress, Status } from "@timewell/contracts";
import { applyTaxi } from "../harness/apply-taxi.ts";
import { collect } from "../harness/collect.ts";
import { eventually } from "../harness/eventually.ts";
import {
  type LabelRow,
  messagesWithLabels,
  readTrainingSet,
  type ReadTrainingSet,
  timeColumn,
  trainingMessages,
} from "../harness/label-rows.ts";
import { nowUs, pushRows } from "../harness/push-rows.ts";
import { type OnlineAnswer, readOnline } from "../harness/read-online.ts";
import { sendRedis } from "../harness/send-redis.ts";
import { slowMachineMs } from "../harness/slow-machine.ts";
import { type Deployment, type Engine, startApps } from "../harness/start-apps.ts";
import { definitionsOf, project, taxi } from "../harness/taxi.ts";
import { csvLine, type Instants, instantsFor, iso, writeSources, zones } from "./main-job-data.ts";

const secondUs = 1_000_000n;
const hourUs = 3_600n * secondUs;
const flags = ["--grace", "1d"];
/** Every pair of zones that the scenario reads; one zone is unknown. */
const pairs = zones
  .slice(0, 3)
  .flatMap((pickup) => [...zones, "nowhere"].map((dropoff) => ({ pickup, dropoff })));

/** The main job, from definitions to a training set, on one kind of engine. Each test goes on where the one before ended. */
export function describeMainJob(engine: Engine): void {
  vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });
  describe(`the main job on ${engine}`, () => {
    let deployment: Deployment;
    let instants: Instants;
    /** What online serving answered, and of which views that must be found again in training. */
    const observed: { readonly answers: readonly OnlineAnswer[]; readonly views: readonly string[] }[] = [];

    const read = (asOfUs?: bigint) => readOnline(deployment.clients, "eta_v1", pairs, asOfUs);
    const materialize = (featureView: string, fromUs: bigint, toUs: bigint) =>
      lastProgress(deployment.clients.ingestion.materialize({ project, featureView, fromUs, toUs }));
    const trainingSet = async (
      rows: readonly LabelRow[],
      request: { mode?: Mode; path?: string } = {},
    ): Promise<ReadTrainingSet> => {
      const wanted = {
        project,
        selection: { case: "featureService", value: "eta_v1" },
        includeStatuses: true,
        mode: request.mode ?? Mode.UNSPECIFIED,
      } as const;
      const messages =
        request.path === undefined
          ? messagesWithLabels(wanted, rows)
          : trainingMessages({ ...wanted, labels: { case: "labelsPath", value: request.path } });
      return readTrainingSet(deployment.clients.retrieval.getTrainingSet(messages));
    };
    const status = async (view: string) => {
      const found = await deployment.clients.ingestion.getIngestionStatus({ project });
      const one = found.views.find((candidate) => candidate.view === view);
      if (one === undefined) throw new Error(`no status of ${view}`);
      return { ...one, whole: found };
    };

    beforeAll(async () => {
      deployment = await startApps({
        engine,
        flags: {
          ingestion: ["--flush-interval", "1s", ...flags],
          ...(engine === "embedded" ? {} : { serving: flags, retrieval: flags }),
        },
      });
      instants = instantsFor(nowUs());
      await writeSources(deployment.dataRoot, instants);
    });
    afterAll(() => deployment?.stop());

    test("definitions are applied, and applied again change nothing", async () => {
      const version = await applyTaxi(deployment.clients);
      const plan = await deployment.clients.registry.plan({ project, definitions: definitionsOf(taxi) });
      expect(plan).toMatchObject({ baseVersion: version, changes: [] });
    });

    test("a pushed row can be read, corrected and deleted; an older one does not win (semantics 2)", async () => {
      const keys = { pickup: "a", dropoff: "b" };
      const [one, two] = [nowUs() - 60n * secondUs, nowUs() - 30n * secondUs];
      const live = async () => {
        const [answer] = await readOnline(deployment.clients, "eta_v1", [keys]);
        return [answer?.statuses["route_live"], answer?.values["route_live__waiting"]];
      };
      expect(await live()).toEqual(["NOT_FOUND", null]);
      await pushRows(deployment.clients, "route_live", [
        { keys, eventTimeUs: two, features: { waiting: 3n, minutes: 1.5 } },
      ]);
      expect(await live()).toEqual(["PRESENT", 3n]);
      observed.push({ answers: await read(), views: ["route_live"] });
      await pushRows(deployment.clients, "route_live", [
        { keys, eventTimeUs: one, features: { waiting: 1n } },
      ]);
      expect(await live()).toEqual(["PRESENT", 3n]);
      await pushRows(deployment.clients, "route_live", [
        { keys, eventTimeUs: two, features: { waiting: 4n } },
      ]);
      expect(await live()).toEqual(["PRESENT", 4n]);
      observed.push({ answers: await read(), views: ["route_live"] });
      await pushRows(deployment.clients, "route_live", [{ keys, eventTimeUs: nowUs() }]);
      expect(await live()).toEqual(["NOT_FOUND", null]);
      observed.push({ answers: await read(), views: ["route_live"] });
    });

    test("materialized ranges answer as of their end; a second run changes nothing", async () => {
      const views = ["pickup_zone", "dropoff_zone", "route_daily"];
      for (const [fromUs, toUs] of [
        [instants.hourUs - 24n * hourUs, instants.firstUs],
        [instants.firstUs, instants.secondUs],
      ] as const) {
        const run = await materialize("zone_hourly", fromUs, toUs);
        expect(run).toMatchObject({ done: true, rowsRead: run.rowsTotal });
        expect(run.rowsRead).toBeGreaterThan(0n);
        await materialize("route_daily", fromUs, toUs);
        // The range ends before `toUs`.
        const answers = await read(toUs - 1n);
        observed.push({ answers, views });
        await materialize("zone_hourly", fromUs, toUs);
        expect(await read(toUs - 1n)).toEqual(answers);
      }
      const statuses = new Set(
        observed.flatMap(({ answers }) => answers.flatMap((one) => Object.values(one.statuses))),
      );
      expect([...statuses].sort()).toEqual(["EXPIRED", "NEWER", "NOT_FOUND", "PRESENT"]);
    });

    test("an incremental run takes what is new, by created time where there is one", async () => {
      const incremental = (featureView: string) =>
        lastProgress(deployment.clients.ingestion.materializeIncremental({ project, featureView }));
      expect((await incremental("zone_hourly")).rowsRead).toBeGreaterThan(0n);
      await incremental("route_daily");
      // An old event that became known just now.
      const lateUs = instants.hourUs - 90n * 60n * secondUs;
      appendFileSync(
        path.join(deployment.dataRoot, "route_daily.csv"),
        `${csvLine("a", "a", lateUs, nowUs() - secondUs)}\n`,
      );
      const before = await read();
      const run = await incremental("route_daily");
      expect(Number(run.rowsRead)).toBeLessThan(5);
      const after = await read();
      expect(after[0]?.values["route_daily__minutes"]).toBe(Number(lateUs % 97n) / 4);
      expect(after.slice(1).map((one) => one.values)).toEqual(before.slice(1).map((one) => one.values));
      observed.push({ answers: after, views: ["pickup_zone", "dropoff_zone", "route_daily", "route_live"] });
    });

    test("a training set has every label row once, in order, with what serving answered at the time (semantics 5, 7)", async () => {
      const expected = observed.flatMap(({ answers, views }) => answers.map((answer) => ({ answer, views })));
      // Out of order, with one row twice.
      const picked = [
        ...expected.filter((_, i) => i % 2 === 1),
        ...expected.filter((_, i) => i % 2 === 0),
        ...expected.slice(0, 1),
      ];
      const labels = picked.map(
        ({ answer }, n) =>
          ({ n: BigInt(n), ...answer.keys, [timeColumn]: answer.atUs, y: n / 3 }) as LabelRow,
      );
      const { rows, columns, receipt } = await trainingSet(labels);
      expect(columns.slice(0, 5)).toEqual(["n", "pickup", "dropoff", timeColumn, "y"]);
      expect(rows.map((row) => pick(row, columns.slice(0, 5)))).toEqual(labels);
      expect(receipt.rows).toBe(BigInt(labels.length));
      for (const [i, { answer, views }] of picked.entries())
        for (const view of views)
          expect(ofView(rows[i] ?? {}, view), `row ${i} of ${view}`).toEqual(onlineOf(answer, view));
      const present = receipt.views.map(
        (view) => view.statuses.find((one) => one.status === Status.PRESENT)?.rows ?? 0n,
      );
      expect(present.every((count) => count > 0n)).toBe(true);

      const lines = labels.map((row) =>
        [row["n"], row["pickup"], row["dropoff"], iso(row[timeColumn] as bigint), row["y"]].join(","),
      );
      writeFileSync(
        path.join(deployment.dataRoot, "labels.csv"),
        ["n,pickup,dropoff,event_timestamp,y", ...lines, ""].join("\n"),
      );
      const fromFile = await trainingSet([], { path: "labels.csv" });
      expect(fromFile.rows.map((row) => pick(row, columns.slice(4)))).toEqual(
        rows.map((row) => pick(row, columns.slice(4))),
      );
    });

    test("log rows are in a training set before and after they are written to a segment", async () => {
      const keys = { pickup: "b", dropoff: "c" };
      await eventually(async () => {
        const eventTimeUs = nowUs() - secondUs;
        await pushRows(deployment.clients, "route_live", [
          { keys, eventTimeUs, features: { waiting: eventTimeUs } },
        ]);
        const labels = [{ ...keys, [timeColumn]: nowUs() + 1_000n }];
        const before = await trainingSet(labels);
        expect(before.rows[0]?.["route_live__waiting"]).toBe(eventTimeUs);
        await eventually(async () => {
          const { segmentRows, logRows } = await status("route_live");
          expect(segmentRows).toBe(logRows);
        });
        const after = await trainingSet(labels);
        expect(after.rows).toEqual(before.rows);
        // Else the row was in a segment the first time already: once more.
        expect(after.receipt.manifestVersion).toBeGreaterThan(before.receipt.manifestVersion);
      });
    });

    test("a training set is made again from its id, after pushes, a flush and an apply (semantics 16)", async () => {
      const keys = { pickup: "b", dropoff: "c" };
      // What is pushed next happens before the instants of the labels.
      const labels = pairs.map((pair, i) => ({ ...pair, [timeColumn]: nowUs() + BigInt(i + 5) * secondUs }));
      const byEventTime = { mode: Mode.EVENT_TIME };
      const before = await trainingSet(labels, byEventTime);
      const { trainingSetId } = before.receipt;
      await pushRows(deployment.clients, "route_live", [
        { keys, eventTimeUs: nowUs(), features: { waiting: 77n } },
      ]);
      await eventually(async () => {
        const { segmentRows, logRows } = await status("route_live");
        expect(segmentRows).toBe(logRows);
      });
      const definitions = clone(DefinitionsSchema, definitionsOf(taxi));
      for (const view of definitions.featureViews) if (view.name === "route_live") view.ttlMs = 60_000n;
      await deployment.clients.registry.apply({ project, definitions });
      const rebuild = async () => {
        const selection = { case: "trainingSetId", value: trainingSetId } as const;
        return readTrainingSet(
          deployment.clients.retrieval.getTrainingSet(trainingMessages({ project, selection })),
        );
      };
      expect(await rebuild()).toEqual(before);
      await applyTaxi(deployment.clients);
      expect((await rebuild()).receipt.digest).toBe(before.receipt.digest);
      expect((await trainingSet(labels, byEventTime)).receipt.digest).not.toBe(before.receipt.digest);
      const { trainingSets } = await deployment.clients.retrieval.listTrainingSets({ project, pageSize: 1 });
      expect(trainingSets).toHaveLength(1);
    });

    test("garbage collection removes what is past ttl plus grace, and answers stay the same", async () => {
      const keys = { pickup: "c", dropoff: "c" };
      await pushRows(deployment.clients, "route_live", [
        { keys, eventTimeUs: nowUs() - 26n * hourUs, features: { waiting: 9n } },
      ]);
      const before = stable(await read());
      const progress = await lastProgress(
        deployment.clients.ingestion.collectGarbage({ project, featureView: "route_live" }),
      );
      // Redis never held it: it forgets by itself.
      expect(progress).toMatchObject({ done: true, rowsWritten: engine === "embedded" ? 1n : 0n });
      expect(stable(await read())).toEqual(before);
      const { rows } = await trainingSet([{ ...keys, [timeColumn]: nowUs() }]);
      expect(rows[0]).toMatchObject({ route_live__waiting: null, route_live__status: "NOT_FOUND" });
    });

    test("the online store is rebuilt by command, and nothing changes (semantics 12)", async () => {
      const before = stable(await read());
      if (engine === "servers") {
        expect(await sendRedis(deployment.redis.port, "FLUSHALL")).toContain("OK");
        expect(stable(await read())).not.toEqual(before);
      }
      for (const featureView of ["zone_hourly", "route_daily", "route_live"]) {
        const progress = await lastProgress(
          deployment.clients.ingestion.rebuildOnline({ project, featureView }),
        );
        expect(progress.rowsWritten, featureView).toBeGreaterThan(0n);
      }
      expect(stable(await read())).toEqual(before);
    });

    if (engine === "servers")
      test("a Redis that comes back empty is filled again by itself", async () => {
        const before = stable(await read());
        await deployment.redis.kill();
        await deployment.redis.restart();
        expect(await sendRedis(deployment.redis.port, "DBSIZE")).toMatch(/^:[0-9]+/);
        await eventually(async () => expect(stable(await read())).toEqual(before));
      });

    test("status tells what was materialized, logged, applied and flushed", async () => {
      const [zone, live] = [await status("zone_hourly"), await status("route_live")];
      expect(zone).toMatchObject({ version: 1, logRows: 0n, materializedToUs: expect.anything() as bigint });
      expect(zone.lastRun).toBeGreaterThan(0n);
      expect(live.appliedRows).toBe(live.logRows);
      expect(live.logRows).toBeGreaterThan(4n);
      expect(live.lastRun).toBeUndefined();
      expect(zone.whole).toMatchObject({
        backlogRows: 0n,
        onlineAvailable: true,
        onlineEngine: engine === "embedded" ? "lmdb" : "redis",
        logEngine: engine === "embedded" ? "lmdb" : "postgres",
      });
    });

    test("everything ends well, within its time", async () => {
      const ends = await Promise.all([...new Set(Object.values(deployment.apps))].map((app) => app.stop()));
      for (const end of ends) {
        expect(end.code).toBe(0);
        expect(end.tookMs).toBeLessThan(10_000);
      }
    });
  });
}

async function lastProgress(
  stream: AsyncIterable<{ readonly progress?: Progress | undefined }>,
): Promise<Progress> {
  const last = (await collect(stream)).at(-1)?.progress;
  if (last === undefined) throw new Error("the work ended without a word");
  return last;
}

/** Answers without the instants at which they were given. */
function stable(answers: readonly OnlineAnswer[]): Omit<OnlineAnswer, "atUs">[] {
  return answers.map(({ keys, values, statuses }) => ({ keys, values, statuses }));
}

function pick(row: LabelRow, columns: readonly string[]): LabelRow {
  return Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
}

function ofView(row: LabelRow, view: string): LabelRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith(`${view}__`)));
}

/** An online answer as training has it. */
function onlineOf({ values, statuses }: OnlineAnswer, view: string): LabelRow {
  return { ...ofView(values, view), [`${view}__status`]: statuses[view] ?? "" };
}
