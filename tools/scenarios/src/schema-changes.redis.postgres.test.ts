import { setTimeout as sleep } from "node:timers/promises";
import { type Definition, entity, featureService, featureView, int64, string } from "@timewell/define";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { describeError } from "./harness/caught.ts";
import { eventually } from "./harness/eventually.ts";
import { nowUs } from "./harness/push-rows.ts";
import { type OnlineAnswer, readOnline } from "./harness/read-online.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";
import { project } from "./harness/taxi.ts";
import { type Plain, values } from "./harness/values.ts";

vi.setConfig({ testTimeout: 2 * slowMachineMs, hookTimeout: slowMachineMs });

const driver = entity({ name: "driver", joinKeys: { driver: "int64" } });
const drivers = 20;
const trips = int64();
const text = string();

/** The view as it changes: a feature more, another ttl, and a feature less, which makes a new version. */
const views = {
  first: featureView({ name: "moving", entity: driver, features: { trips, note: text } }),
  wider: featureView({ name: "moving", entity: driver, features: { trips, note: text, zone: text } }),
  shorter: featureView({
    name: "moving",
    entity: driver,
    features: { trips, note: text, zone: text },
    ttl: "1d",
  }),
  second: featureView({ name: "moving", entity: driver, features: { trips, zone: text }, ttl: "1d" }),
};

/** What callers push, to which version, and to which beside it. */
interface Form {
  readonly features: (n: bigint) => Readonly<Record<string, Plain>>;
  readonly version: number;
  readonly alsoVersions: readonly number[];
}

const wide = (n: bigint) => ({ trips: n, note: `note ${n}`, zone: `zone ${n}` });
const forms: Readonly<Record<"first" | "wider" | "both" | "second", Form>> = {
  first: { features: (n) => ({ trips: n, note: `note ${n}` }), version: 1, alsoVersions: [] },
  wider: { features: wide, version: 1, alsoVersions: [] },
  both: { features: wide, version: 2, alsoVersions: [1] },
  second: { features: (n) => ({ trips: n, zone: `zone ${n}` }), version: 2, alsoVersions: [] },
};

describe("schema changes while data flows", () => {
  let deployment: Deployment;
  let form = forms.first;
  let isOver = false;
  let n = 0n;
  const rowsByVersion: Record<number, bigint> = { 1: 0n, 2: 0n };
  const latest = new Map<bigint, bigint>();
  const wrong: string[] = [];
  let reads = 0;

  beforeAll(async () => {
    deployment = await startApps({ engine: "servers" });
    await apply(views.first, featureService({ name: "drivers", views: [views.first] }));
  });
  afterAll(() => deployment?.stop());

  const apply = (...items: Definition[]) => applyTaxi(deployment.clients, [driver, ...items]);

  /** Pushes one row until it is acknowledged: a process that does not know a change yet refuses what is new. */
  async function pushOne(): Promise<void> {
    const number = n++;
    const id = number % BigInt(drivers);
    for (;;) {
      const sent = form;
      if (await isAccepted(sent, id, number)) {
        for (const version of [sent.version, ...sent.alsoVersions]) rowsByVersion[version]!++;
        latest.set(id, number);
        return;
      }
      await sleep(20);
    }
  }

  async function isAccepted({ features, version, alsoVersions }: Form, id: bigint, number: bigint) {
    const row = { keys: values({ driver: id }), features: values(features(number)), eventTimeUs: nowUs() };
    const request = { project, featureView: "moving", version, alsoVersions: [...alsoVersions], rows: [row] };
    const answer = await deployment.clients.ingestion.push(request).catch(describeError);
    return "results" in answer && answer.results[0]?.outcome.case === "position";
  }

  async function readAll(): Promise<OnlineAnswer[]> {
    const rows = Array.from({ length: drivers }, (_, i) => ({ driver: BigInt(i) }));
    return readOnline(deployment.clients, "drivers", rows);
  }

  /** What is not of one row and one version in an answer. */
  function problemOf({ values: found }: OnlineAnswer): string | undefined {
    const { moving__trips: number, moving__note: note, moving__zone: zone } = found;
    if (number === null) return undefined;
    const isNoteRight = note === undefined || note === `note ${number}`;
    const isZoneRight = zone === undefined || zone === null || zone === `zone ${number}`;
    return isNoteRight && isZoneRight
      ? undefined
      : JSON.stringify(found, (_, value: unknown) => String(value));
  }

  async function phase(name: keyof typeof forms, change?: () => Promise<unknown>): Promise<void> {
    await change?.();
    form = forms[name];
    const until = n + 100n;
    await eventually(() => expect(n).toBeGreaterThan(until));
  }

  test("a feature more, another ttl, and a new version with writes to both lose no row and mix no answer", async () => {
    const pushing = (async () => {
      while (!isOver) await pushOne();
    })();
    const reading = (async () => {
      while (!isOver) {
        for (const answer of await readAll()) {
          reads++;
          const problem = problemOf(answer);
          if (problem !== undefined) wrong.push(problem);
        }
        await sleep(5);
      }
    })();
    await phase("first");
    await phase("wider", () => apply(views.wider, featureService({ name: "drivers", views: [views.wider] })));
    await phase("wider", () => apply(views.shorter));
    await phase("both", () => apply(views.second));
    await eventually(async () => {
      const { views: states } = await deployment.clients.ingestion.getIngestionStatus({ project });
      expect(states.find(({ version }) => version === 2)?.appliedRows).toBeGreaterThan(50n);
    });
    const next = featureService({ name: "drivers_v2", views: [views.second] });
    await phase("second", () => apply(next));
    isOver = true;
    await Promise.all([pushing, reading]);

    expect(wrong).toEqual([]);
    expect(reads).toBeGreaterThan(500);
    const rows = Array.from({ length: drivers }, (_, i) => ({ driver: BigInt(i) }));
    await eventually(async () => {
      const answers = await readOnline(deployment.clients, "drivers_v2", rows);
      expect(answers.map((answer) => answer.values["moving__trips"])).toEqual(
        rows.map((row) => latest.get(row.driver)),
      );
      const { views: states } = await deployment.clients.ingestion.getIngestionStatus({ project });
      expect(states.map(({ version, logRows }) => [version, logRows])).toEqual([
        [1, rowsByVersion[1]],
        [2, rowsByVersion[2]],
      ]);
    });
  });
});
