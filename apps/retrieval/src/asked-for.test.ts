import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";

import { create } from "@bufbuild/protobuf";
import { GetTrainingSetRequestSchema, Mode, Order } from "@timewell/contracts";
import {
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { getTrainingSet } from "./get-training-set.ts";
import { arrowLabels, type StreamLabel } from "./stream/stream-labels.testdata.ts";
import {
  nowUs,
  type ReadStream,
  type RequestInit,
  rowTexts,
  StreamWorld,
  tableOf,
} from "./stream/stream-world.testdata.ts";

const secondUs = 1_000_000n;
const follow = { case: "labelsFollow", value: true } as const;

describe("what a request for a training set asks for", () => {
  let world: StreamWorld;
  beforeAll(async () => {
    world = await StreamWorld.create(4);
    for (const user of [1n, 2n, 3n])
      for (const age of [1n, 3n]) {
        const none = new Array<null>(9).fill(null);
        await world.push("stats", user, nowUs - age * secondUs, [Number(user), 10n * age, ...none]);
        await world.push("scores", user, nowUs - age * secondUs, [Number(user) + Number(age) / 10]);
      }
  });
  afterAll(() => world.close());

  const label = (user: bigint | null, ageUs: bigint, seed = 0): StreamLabel => ({
    user,
    friend: 2n,
    atUs: nowUs - ageUs,
    seed,
  });
  const labels = arrowLabels([
    label(1n, 0n),
    label(3n, 2n * secondUs, 1),
    label(2n, 0n, 2),
    label(9n, 0n),
    label(1n, 0n),
  ]);
  const cells = (stream: ReadStream, name: string): unknown[] => {
    const column = tableOf(stream).getChild(name);
    if (column === null) throw new Error(`no column ${name}`);
    return [...column];
  };
  const refer = (...references: string[]) => ({ case: "features" as const, value: { references } });
  const names = (stream: ReadStream) => tableOf(stream).schema.names;

  it("returns chosen columns of labels, views and statuses in the order asked for, and joins no view for nothing (semantics 7)", async () => {
    const columns = ["other__score", "id", "other__status", "event_timestamp"];
    const stream = await world.read({ columns, includeStatuses: true }, labels);
    expect(names(stream)).toEqual(columns);
    expect(cells(stream, "id")).toEqual([0, 1, 2, 3, 4]);
    expect(stream.receipt.views.map(({ name }) => name)).toEqual(["other"]);
    expect(stream.receipt.columns.map(({ name }) => name)).toEqual(["other__score"]);
    const whole = await world.read({ includeStatuses: true }, labels);
    expect(cells(stream, "other__score")).toEqual(cells(whole, "other__score"));
  });

  it("computes the on-demand features among chosen columns, and only those", async () => {
    const selection = { case: "featureService", value: "made" } as const;
    const stream = await world.read({ selection, columns: ["is_more", "id"] }, labels);
    expect(names(stream)).toEqual(["is_more", "id"]);
    const whole = await world.read({ selection }, labels);
    expect(cells(stream, "is_more")).toEqual(cells(whole, "is_more"));
    expect(stream.receipt.columns.map(({ name }) => name)).toEqual(["is_more"]);
    expect(stream.receipt.trainingSetId).not.toBe(whole.receipt.trainingSetId);
  });

  it("orders rows by event time, those of one instant as the labels are", async () => {
    const stream = await world.read({ order: Order.EVENT_TIME }, labels);
    expect(cells(stream, "id")).toEqual([1, 0, 2, 3, 4]);
    const shard = await world.read({ order: Order.EVENT_TIME, shard: { index: 0, count: 5 } }, labels);
    expect(rowTexts(shard)).toEqual(rowTexts(stream).slice(0, 1));
  });

  it("looks all rows up as of one instant, without an event time column", async () => {
    const users = [1n, 2n, 9n];
    const plain = tableToIPC(new Table({ user: vectorFromArray(users, new Int64()) }), "stream");
    const references = refer("scores:score", "stats:n");
    for (const ageUs of [0n, 2n * secondUs, 5n * secondUs]) {
      const stream = await world.read({ selection: references, asOfUs: nowUs - ageUs }, plain);
      const twin = await world.read(
        { selection: references },
        arrowLabels(users.map((user) => label(user, ageUs))),
      );
      expect(names(stream)).toEqual(["user", "scores__score", "stats__n"]);
      for (const name of ["scores__score", "stats__n"])
        expect(cells(stream, name)).toEqual(cells(twin, name));
      expect(stream.receipt.warnings).toEqual([]);
    }
    const twice = world.read({ asOfUs: nowUs, eventTimeColumn: "later" }, labels);
    await expect(twice).rejects.toMatchObject({ kind: "INVALID_REQUEST", field: "as_of_us" });
  });

  it("looks features up table by table, each by columns and at instants of its own", async () => {
    const lookup = {
      view: "scores",
      features: ["score"],
      alias: "",
      lookupKeys: [] as string[],
      eventTimeColumn: "",
    };
    const lookups = [
      { ...lookup, alias: "own", lookupKeys: ["user"] },
      { ...lookup, alias: "of_friend", lookupKeys: ["friend"], eventTimeColumn: "later" },
      { ...lookup, view: "stats@1", features: ["n"] },
    ];
    const selection = { case: "lookups", value: { lookups } } as const;
    const stream = await world.read({ selection }, labels);
    expect(names(stream).slice(-3)).toEqual(["own__score", "of_friend__score", "stats__n"]);
    const plain = await world.read({}, labels);
    const later = await world.read({ eventTimeColumn: "later" }, labels);
    const references = refer("scores:score");
    const own = await world.read({ selection: references }, labels);
    expect(cells(stream, "own__score")).toEqual(cells(own, "scores__score"));
    expect(cells(stream, "of_friend__score")).toEqual(cells(later, "other__score"));
    expect(cells(stream, "stats__n")).toEqual(cells(plain, "stats__n"));
    expect(stream.receipt.featureService).toBe("");

    // Where each lookup has instants of its own, the labels need no column for all.
    const each = lookups.map((one) => ({ ...one, eventTimeColumn: "later" }));
    const without = await world.read({ selection: { case: "lookups", value: { lookups: each } } }, labels);
    expect(cells(without, "own__score")).toEqual(
      cells(await world.read({ selection: references, eventTimeColumn: "later" }, labels), "scores__score"),
    );
  });

  it("returns every one of equal labels, and a schema and a receipt for none (semantics 7)", async () => {
    const twins = await world.read({}, arrowLabels(new Array<StreamLabel>(9).fill(label(1n, 0n, 3))));
    expect(cells(twins, "stats__n")).toEqual(new Array(9).fill(10n));
    const none = await world.read({}, arrowLabels([]));
    expect(none.batches).toEqual([]);
    expect(names(none)).toContain("stats__n");
    expect(none.receipt).toMatchObject({ rows: 0n, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(none.start).toMatchObject({ rows: 0n, firstOrdinal: 0n, endOrdinal: 0n });
  });

  it("names what is wrong with labels and requests", async () => {
    const doubled = twinColumns("user");
    await writeFile(world.path("twice.csv"), "user,event_timestamp,x,x\n1,2026-01-01T00:00:00Z,1,2\n");
    await writeFile(world.path("cases.csv"), "user,event_timestamp,x,X\n1,2026-01-01T00:00:00Z,1,2\n");
    const scores = { selection: refer("scores:score") };
    const texts = tableToIPC(
      new Table({
        user: vectorFromArray(["one"], new Utf8()),
        friend: vectorFromArray([1n], new Int64()),
        event_timestamp: vectorFromArray([1], new Float64()),
      }),
      "stream",
    );
    const bad: [string, RegExp, RequestInit, Uint8Array?][] = [
      [
        "INVALID_REQUEST",
        /column none: there is none; the columns are id, user/,
        { columns: ["none"] },
        labels,
      ],
      ["INVALID_REQUEST", /column id twice/, { columns: ["id", "id"] }, labels],
      ["INVALID_REQUEST", /shard 3 of 3/, { shard: { index: 3, count: 3 } }, labels],
      ["INVALID_REQUEST", /shard 0 of 0/, { shard: { index: 0, count: 0 } }, labels],
      ["INVALID_REQUEST", /shard 0 of 10001/, { shard: { index: 0, count: 10_001 } }, labels],
      ["INVALID_REQUEST", /no labels are named/, {}],
      ["INVALID_LABELS", /no bytes/, {}, new Uint8Array(0)],
      ["INVALID_LABELS", /user is there twice/, {}, tableToIPC(doubled, "stream")],
      [
        "INVALID_LABELS",
        /x is there twice/,
        { ...scores, labels: { case: "labelsPath", value: "twice.csv" } },
      ],
      [
        "INVALID_LABELS",
        /X is there twice/,
        { ...scores, labels: { case: "labelsPath", value: "cases.csv" } },
      ],
      ["INVALID_LABELS", /event_timestamp has type DOUBLE/, {}, texts],
      ["INVALID_LABELS", /column when is absent/, { eventTimeColumn: "when" }, labels],
      ["SNAPSHOT_NOT_FOUND", /0000/, { snapshotId: "0".repeat(64) }, labels],
      [
        "TRAINING_SET_NOT_FOUND",
        /ts_00000000/,
        { selection: { case: "trainingSetId", value: "ts_00000000" } },
      ],
    ];
    for (const [kind, message, request, sent] of bad)
      await expect(world.read(request, sent), String(message)).rejects.toMatchObject({
        kind,
        message: expect.stringMatching(message),
      });
  });

  it("is made again byte for byte from its id, whatever was pushed since (semantics 16)", async () => {
    const mine = arrowLabels([
      label(1n, 0n),
      label(2n, 0n),
      label(3n, 0n),
      label(1n, secondUs),
      label(2n, 0n),
    ]);
    const request = { includeStatuses: true, mode: Mode.EVENT_TIME };
    const first = await world.read(request, mine);
    const id = { selection: { case: "trainingSetId", value: first.receipt.trainingSetId } } as const;
    await world.push("scores", 1n, nowUs - 10n, [99]);
    const again = await world.read(id);
    expect(again.receipt).toEqual(first.receipt);
    expect(again.batches.map(({ bytes }) => bytes)).toEqual(first.batches.map(({ bytes }) => bytes));
    const moved = await world.read(request, mine);
    expect(moved.receipt.trainingSetId).not.toBe(first.receipt.trainingSetId);
    const pinned = await world.read({ ...request, snapshotId: first.receipt.snapshotId }, mine);
    expect(pinned.receipt).toEqual(first.receipt);

    const other = world.read({ ...id, labels: follow }, arrowLabels([label(1n, 0n)]));
    await expect(other).rejects.toMatchObject({ kind: "INVALID_REQUEST", field: "labels" });
    const changed = world.read({ ...id, includeStatuses: true });
    await expect(changed).rejects.toMatchObject({ kind: "INVALID_REQUEST", field: "include_statuses" });
    const shard = await world.read({ ...id, shard: { index: 1, count: 2 } });
    expect(rowTexts(shard)).toEqual(rowTexts(first).slice(2));
  });

  it("keeps labels with the record unless told not to; then they have to be sent again", async () => {
    const mine = arrowLabels([label(3n, 0n, 11)]);
    const digest = createHash("sha256").update(mine).digest("hex");
    const first = await world.read({ dropLabels: true }, mine);
    expect(first.receipt).toMatchObject({ labelsKept: false, labelsDigest: digest });
    await rm(world.path(`offline/labels/${digest}.arrow`));
    const id = { selection: { case: "trainingSetId", value: first.receipt.trainingSetId } } as const;
    await expect(world.read(id)).rejects.toMatchObject({
      kind: "LABELS_NOT_FOUND",
      message: expect.stringContaining(digest),
    });
    const again = await world.read({ ...id, labels: follow }, mine);
    expect(again.receipt.digest).toBe(first.receipt.digest);
    expect(again.receipt.labelsKept).toBe(false);
  });

  it("takes labels of any length below the limit of a message, and refuses longer messages", async () => {
    const long = tableToIPC(tableFromArrays({ text: [Buffer.alloc(1_200_000, 97).toString()] }), "stream");
    const make = (init: RequestInit) => create(GetTrainingSetRequestSchema, init);
    async function* messages() {
      yield await Promise.resolve(
        make({ project: "default", selection: { case: "featureService", value: "both" }, labels: follow }),
      );
      yield make({ labelsChunk: long });
    }
    const call = { signal: new AbortController().signal, principal: "" };
    await expect(getTrainingSet(world.deps, messages(), call).next()).rejects.toMatchObject({
      kind: "LIMIT_EXCEEDED",
      field: "labels_chunk",
    });
  });
});

/** Two columns of one name, which the library's tables cannot have. */
function twinColumns(name: string): Table {
  const [a, b] = [1n, 2n].map((value) => vectorFromArray([value], new Int64()).data[0]!);
  const schema = new Schema([a!, b!].map(({ type }) => new Field(name, type, true)));
  const data = makeData({ type: new Struct(schema.fields), length: 1, children: [a!, b!] });
  return new Table(schema, [new RecordBatch(schema, data)]);
}
