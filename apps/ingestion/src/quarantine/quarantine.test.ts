import { create } from "@bufbuild/protobuf";
import {
  type Definitions,
  DropQuarantinedRequestSchema,
  GetQuarantinedRequestSchema,
  ListQuarantineRequestSchema,
  PushRowSchema,
  type QuarantineSelection,
  QuarantineSelectionSchema,
  ReplayQuarantineRequestSchema,
} from "@timewell/contracts";
import { toBinary } from "@bufbuild/protobuf";
import { type CompiledProject, type CompiledView, findView } from "@timewell/model";
import { InMemoryIngestLog, logPartitions } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { beforeEach, expect, test } from "vitest";

import type { IngestionDeps, IngestionSettings } from "../ingestion-deps.ts";
import { judgeRecord } from "../streams/judge-record.ts";
import { jsonRecord, streamDefinitions, streamProject } from "../streams/stream-view.testdata.ts";
import { dropQuarantined } from "./drop-quarantined.ts";
import { getQuarantined } from "./get-quarantined.ts";
import { listQuarantine } from "./list-quarantine.ts";
import { replayQuarantine } from "./replay-quarantine.ts";

const startUs = 1_767_225_600_000_000n;
const futureToleranceUs = 300_000_000n;
const applier = { refuseWhenOverloaded: () => undefined, wake: () => undefined };
const { signal } = new AbortController();

let clock: ManualClock;
let log: InMemoryIngestLog;
let project: CompiledProject;
let deps: IngestionDeps;

function define(stream: Parameters<typeof streamDefinitions>[0]): Definitions {
  return streamDefinitions(stream);
}

beforeEach(() => {
  clock = new ManualClock(startUs);
  log = new InMemoryIngestLog(clock);
  project = streamProject(define({}));
  const parts: Partial<IngestionDeps> = {
    definitions: { project: () => project, projects: () => [project], ageMs: () => 0 },
    ingestLog: log,
    clock,
    settings: { futureToleranceUs } as IngestionSettings,
  };
  deps = parts as IngestionDeps;
});

function view(): CompiledView {
  return findView(project, "departures");
}

/** Records that arrive now; returns how many were refused. */
async function arrive(...values: readonly unknown[]): Promise<number> {
  const nowUs = clock.nowUs();
  const verdicts = values.map((value, i) =>
    judgeRecord(view(), jsonRecord(value, { offset: BigInt(i) }), {
      nowUs,
      arrivedUs: nowUs,
      futureToleranceUs,
    }),
  );
  const quarantined = verdicts.flatMap((verdict) => ("refused" in verdict ? [verdict.refused] : []));
  await log.append(
    verdicts.flatMap((verdict) => ("append" in verdict ? [verdict.append] : [])),
    undefined,
    { quarantined },
  );
  return quarantined.length;
}

const select = (selection: Partial<QuarantineSelection>) =>
  create(QuarantineSelectionSchema, selection as Partial<QuarantineSelection> & { $typeName?: never });
const list = (parts: object = {}) =>
  listQuarantine(deps, create(ListQuarantineRequestSchema, { project: "flights", ...parts }));
const replay = (selection: Partial<QuarantineSelection> = { all: true }) =>
  replayQuarantine(
    deps,
    applier,
    create(ReplayQuarantineRequestSchema, {
      project: "flights",
      featureView: "departures",
      selection: select(selection),
    }),
    signal,
  );
const drop = (selection: Partial<QuarantineSelection>, featureView = "departures") =>
  dropQuarantined(
    deps,
    create(DropQuarantinedRequestSchema, { project: "flights", featureView, selection: select(selection) }),
  );

async function written() {
  const rows = await Promise.all(Array.from({ length: logPartitions }, (_, p) => log.read(p, 0n, 100)));
  return rows.flat().map((row) => view().input.codec.decode(row.payload)[0]);
}

const at = Number(startUs);

test("a refused record is accepted once the definition is mended, and leaves the quarantine", async () => {
  expect(await arrive({ airport: "OSL", at, delay: { minutes: 3 } })).toBe(1);
  project = streamProject(define({ fieldMapping: { delay: "delay.minutes" } }));
  expect(await replay()).toMatchObject({ accepted: 1n, refused: 0n });
  expect(await written()).toEqual([3]);
  expect((await list()).rows).toEqual([]);
  expect(await replay()).toMatchObject({ accepted: 0n, refused: 0n });
});

test("a row that is refused again stays: for the same reason as it is, for another under the newest", async () => {
  await arrive({ airport: "OSL", at, delay: "?" });
  const [before] = (await list()).rows;
  expect(await replay()).toMatchObject({ accepted: 0n, refused: 1n });
  expect((await list()).rows).toEqual([before]);
  project = streamProject(define({ fieldMapping: { delay: "delay.minutes" } }));
  const { firstRefused } = await replay({ kind: "INVALID_VALUE" });
  expect(firstRefused[0]?.message).toContain('on the way to delay.minutes there is "?"');
  const [after] = (await list()).rows;
  expect(after).toMatchObject({
    kind: "INVALID_VALUE",
    message: firstRefused[0]?.message,
    from: "departures/0/0",
  });
});

test("how late a record was is measured from when it arrived, and the future from now", async () => {
  project = streamProject(define({ allowedLatenessMs: 60_000n }));
  const late = at - 120_000_000;
  expect(
    await arrive({ airport: "OSL", at: late, delay: 1 }, { airport: "OSL", at: at + 600_000_000, delay: 2 }),
  ).toBe(2);
  await clock.advance(3_600_000);
  expect(await replay()).toMatchObject({ accepted: 1n, refused: 1n });
  expect(await written()).toEqual([2]);
  project = streamProject(define({ allowedLatenessMs: 180_000n }));
  expect(await replay()).toMatchObject({ accepted: 1n, refused: 0n });
});

test("a pushed row is tried again as a push would be", async () => {
  const row = create(PushRowSchema, {
    keys: { airport: { kind: { case: "stringValue", value: "OSL" } } },
    features: { delay: { kind: { case: "doubleValue", value: 4 } } },
    eventTimeUs: startUs,
  });
  const content = toBinary(PushRowSchema, row);
  const refused = {
    viewId: view().id,
    origin: "push",
    kind: "CONSTRAINT_VIOLATED",
    constraint: "c",
  } as const;
  const rest = {
    message: "m",
    from: "me",
    entityKey: undefined,
    recordKey: undefined,
    recordTimeUs: undefined,
  };
  await log.append([], undefined, { quarantined: [{ ...refused, ...rest, content }] });
  expect(await replay()).toMatchObject({ accepted: 1n, refused: 0n });
  expect(await written()).toEqual([4]);
});

test("of two that replay the same rows one is FENCED, and no row is written twice", async () => {
  await arrive({ airport: "OSL", at, delay: "1" });
  project = streamProject(define({ fieldMapping: { delay: "seats" } }));
  const outcomes = await Promise.allSettled([replay(), replay()]);
  expect(await written()).toEqual([null]);
  for (const outcome of outcomes)
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ kind: "FENCED" });
});

test("rows are listed in pages, the latest first, by view and kind", async () => {
  await arrive([], { at }, "x", { airport: "OSL" });
  const first = await list({ pageSize: 3 });
  expect(first.rows.map(({ kind }) => kind)).toEqual(["INVALID_EVENT_TIME", "INVALID_VALUE", "INVALID_KEY"]);
  const second = await list({ pageSize: 3, pageToken: first.nextPageToken });
  expect(second.rows.map(({ id }) => id)).toEqual([1n]);
  expect(second.nextPageToken).toBe("");
  expect((await list({ kind: "INVALID_KEY" })).rows).toHaveLength(1);
  await expect(list({ kind: "INVALID_KEYS" })).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
  await expect(list({ pageSize: 1_001 })).rejects.toMatchObject({ kind: "LIMIT_EXCEEDED" });
  await expect(list({ pageToken: "x" })).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
  await expect(list({ featureView: "other" })).rejects.toMatchObject({ kind: "FEATURE_VIEW_NOT_FOUND" });
});

test("one row is shown with its content, in JSON where it can be", async () => {
  await arrive({ airport: "OSL", at, delay: "?" });
  const get = (id: bigint) =>
    getQuarantined(deps, create(GetQuarantinedRequestSchema, { project: "flights", id }));
  const { row, content, contentJson } = await get(1n);
  expect(row).toMatchObject({
    view: "departures",
    version: 1,
    kind: "INVALID_VALUE",
    from: "departures/0/0",
  });
  expect(JSON.parse(contentJson)).toEqual({ airport: "OSL", at, delay: "?" });
  expect(Buffer.from(content).toString()).toBe(JSON.stringify({ airport: "OSL", at, delay: "?" }));
  await expect(get(2n)).rejects.toMatchObject({ kind: "QUARANTINED_ROW_NOT_FOUND" });
});

test("rows are dropped by id, by kind or all, and never by an empty selection", async () => {
  await arrive([], { at }, "x");
  await expect(drop({})).rejects.toMatchObject({ kind: "INVALID_REQUEST", field: "selection" });
  await expect(drop({ all: true }, "")).rejects.toMatchObject({
    kind: "INVALID_REQUEST",
    field: "feature_view",
  });
  expect((await drop({ ids: [1n, 1n, 99n] })).dropped).toBe(1n);
  expect((await drop({ kind: "INVALID_KEY" })).dropped).toBe(1n);
  expect((await drop({ all: true })).dropped).toBe(1n);
});
