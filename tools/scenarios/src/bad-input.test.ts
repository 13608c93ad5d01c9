import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { badViews, damagedRows, mendDamaged, writeBadSources } from "./bad-input/bad-sources.ts";
import type { BadCase } from "./bad-input/bad-case.ts";
import { ingestionCases } from "./bad-input/ingestion-cases.ts";
import { registryCases } from "./bad-input/registry-cases.ts";
import { retrievalCases } from "./bad-input/retrieval-cases.ts";
import { servingCases } from "./bad-input/serving-cases.ts";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { type Caught, caught } from "./harness/caught.ts";
import { collect } from "./harness/collect.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { readOnline } from "./harness/read-online.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";
import { project, taxi } from "./harness/taxi.ts";
import { values } from "./harness/values.ts";

const hourUs = 3_600_000_000n;

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });

describe("bad input", () => {
  let deployment: Deployment;
  const atUs = nowUs() - hourUs;

  beforeAll(async () => {
    deployment = await startApps({ engine: "embedded", flags: { ingestion: ["--flush-interval", "1h"] } });
    await writeBadSources(deployment.dataRoot, atUs);
    await applyTaxi(deployment.clients, [...taxi, ...badViews]);
    const row = { keys: { driver: 77n }, eventTimeUs: atUs, features: { trips: 1n } };
    await pushRows(deployment.clients, "driver_live", [row], { requestId: "taken-id" });
  });
  afterAll(() => deployment?.stop());

  /** Everything that a failed call could have changed; to ask for it are good calls themselves. */
  async function state() {
    const { clients, folder, offlineRoot } = deployment;
    const status = await clients.ingestion.getIngestionStatus({ project });
    const answers = await readOnline(clients, "driver_v1", [{ driver: 77n }, { driver: 1n }]);
    return {
      registry: await clients.registry.getSnapshot({ project }),
      views: status.views,
      answers: answers.map((answer) => answer.values),
      leftOver: [path.join(folder, "tmp"), path.join(offlineRoot, "labels")]
        .flatMap(filesIn)
        .filter((name) => !name.endsWith(".arrow")),
    };
  }

  async function refuses({ call, code, kind, says }: BadCase): Promise<void> {
    const before = await state();
    const error = await caught(call(deployment));
    expect(error).toMatchObject({ code, kind, message: expect.stringMatching(says) as string });
    expectClear(error, deployment.folder);
    expect(await state()).toEqual(before);
  }

  describe("of definitions", () => test.for(registryCases)("$what is refused, and nothing changes", refuses));
  describe("of online reads", () => test.for(servingCases)("$what is refused", refuses));
  describe("of ingestion", () => test.for(ingestionCases)("$what is refused, and nothing changes", refuses));
  describe("of training sets", () => test.for(retrievalCases)("$what is refused", refuses));

  test("wrong rows of a push are answered one by one, and the good ones are written", async () => {
    const { clients } = deployment;
    const keys = { driver: 78n };
    const now = nowUs();
    const outcomes = await pushRows(clients, "driver_live", [
      { keys, eventTimeUs: now - 1n, features: { trips: 1n } },
      { keys, features: { trips: 2n } },
      { keys, eventTimeUs: now + hourUs, features: { trips: 3n } },
      { keys, eventTimeUs: now * 1_000n, features: { trips: 4n } },
      { keys: {}, eventTimeUs: now, features: { trips: 5n } },
      { keys: { driver: "seven" }, eventTimeUs: now, features: { trips: 6n } },
      { keys, eventTimeUs: now, features: { tripz: 7n } },
      { keys, eventTimeUs: now, features: { trips: "many" } },
      { keys, eventTimeUs: now, features: { note: "good too" } },
    ]);
    const errors = outcomes.map((outcome) => (outcome.case === "error" ? outcome.value : undefined));
    const kinds = errors.map((error) => error?.kind);
    expect(kinds).toEqual([
      undefined,
      "INVALID_EVENT_TIME",
      "INVALID_EVENT_TIME",
      "INVALID_EVENT_TIME",
      "INVALID_KEY",
      "INVALID_KEY",
      "FEATURE_NOT_FOUND",
      "INVALID_VALUE",
      undefined,
    ]);
    for (const error of errors)
      if (error !== undefined)
        expectClear({ ...error, hint: "in the message", code: "", field: "" }, deployment.folder);
    const [answer] = await readOnline(clients, "driver_v1", [keys]);
    expect(answer?.values).toEqual({ driver_live__trips: null, driver_live__note: "good too" });
  });

  test("a source that was damaged is materialized whole once it is mended", async () => {
    const { clients, dataRoot } = deployment;
    const request = { project, featureView: "bad_damaged", fromUs: 0n, toUs: nowUs() };
    await caught(collect(clients.ingestion.materialize(request)));
    mendDamaged(dataRoot);
    const last = (await collect(clients.ingestion.materialize(request))).at(-1)?.progress;
    expect(last).toMatchObject({ done: true, rowsRead: BigInt(damagedRows), rowsTotal: BigInt(damagedRows) });
    const response = await clients.serving.getOnlineFeatures({
      project,
      selection: { case: "features", value: { references: ["bad_damaged:trips"] } },
      rows: [{ keys: values({ zone: `z${damagedRows - 1}` }) }],
    });
    expect(response.rows[0]?.values[0]?.kind.case).toBe("int64Value");
  });

  test.for([
    ["a body that is no JSON", "{", 400],
    ["a field that there is not", '{"projekt":"taxi"}', 400],
    ["a number that is none", '{"project":"taxi","rows":[{"keys":{"driver":{"int64Value":"x"}}}]}', 400],
    ["a project that nobody knows", '{"project":"taxy","featureService":"eta_v1","rows":[{}]}', 404],
  ] as const)("over JSON, %s is refused", async ([, body, status]) => {
    const response = await fetch(
      `${deployment.urls.http}/timewell.serving.v1.OnlineServing/GetOnlineFeatures`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      },
    );
    expect(response.status).toBe(status);
    const { code, message } = (await response.json()) as { code: string; message: string };
    expect(code).toBe(status === 400 ? "invalid_argument" : "not_found");
    expect(message).not.toMatch(stackText);
  });
});

const stackText = /\bat .+:\d+:\d+|node_modules|node:internal|\.ts\b|Error:|undefined|\[object/;

/** What failed, on which value, how to mend it; nothing of the code or of the machine. */
function expectClear({ message, hint, kind }: Caught, folder: string): void {
  expect(message).toMatch(/^Cannot /);
  expect(message).not.toMatch(stackText);
  expect(message, "shows where the server keeps its files").not.toContain(folder);
  expect(hint, `${kind} says how to mend it`).not.toBe("");
  expect(message.length).toBeLessThan(600);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map(String);
  } catch {
    return [];
  }
}
