import { grpcPythonPackages, pythonEnvironment } from "@timewell/setup";
import { systemClock } from "@timewell/ttl";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  baseParts,
  definitionsModule,
  readClientPython,
  readClientsTypescript,
  type Parts,
} from "./client-changes.testdata.ts";
import { fakeIo } from "./fake-io.testdata.ts";
import { makeCodeFolder, runIn, writeFiles } from "./codegen/code-folder.testdata.ts";
import { runCli } from "./run-cli.ts";
import { startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a client knows: features by view or alias. */
type Known = Readonly<Record<string, readonly string[]>>;

const cwd = makeCodeFolder();
const knownBy = new Map<string, Known>();
let modules = 0;
let parts = baseParts;
let stored: Values = {};
let standalone: TestStandalone;
let python: string;

/** A command line against the running services; it must succeed. */
async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await attempt(...args);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
}

async function attempt(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

/** The version of the project in the registry, and the one that is served. */
async function versions(): Promise<{ registry: string; served: string }> {
  const status = JSON.parse(await run("status", "--output", "json")) as Record<string, string>;
  return { registry: status["registryVersion"]!, served: status["servedVersion"]! };
}

/** Each in a file of its own, because a process loads a module only once. */
function writeDefinitions(from: Parts): string {
  const path = `features-${++modules}.ts`;
  writeFileSync(join(cwd, path), definitionsModule(from));
  return path;
}

/** Applies, and waits until serving has followed. */
async function apply(changes: Partial<Parts>): Promise<void> {
  parts = { ...parts, ...changes };
  await run("apply", writeDefinitions(parts));
  const { registry } = await versions();
  await expect.poll(async () => (await versions()).served).toBe(registry);
}

/** Pushes new values: a row of `view` for the entity that every test reads. */
async function push(view: string, key: string, values: Readonly<Record<string, string>>): Promise<void> {
  const sets = Object.entries(values).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  await run("push", view, "--key", key, ...sets, "--event-time", "now", "--wait", "online");
}

/** Makes a client of the service as it is now. */
async function generate(folder: string, language: "ts" | "python", known: Known): Promise<void> {
  await run("gen", "watch_v1", "--lang", language, "--out", folder, "--python", python);
  knownBy.set(folder, known);
}

/** Every client that was ever made reads what is stored, as far as it knows the service. */
async function expectAllRead(): Promise<void> {
  const url = standalone.flags[standalone.flags.indexOf("--serving") + 1]!;
  const folders = [...knownBy.keys()];
  const typescript = folders.filter((folder) => folder.startsWith("ts"));
  const outputs = [await runIn(cwd, process.execPath, "read-clients.ts", url, ...typescript)];
  for (const folder of folders.filter((each) => each.startsWith("py")))
    outputs.push(await runIn(cwd, python, "read_client.py", url, folder));
  const seen = Object.assign({}, ...outputs.map((output) => JSON.parse(output) as object)) as object;
  expect(seen).toEqual(Object.fromEntries(folders.map((folder) => [folder, expected(knownBy.get(folder)!)])));
}

function expected(known: Known): Values {
  return Object.fromEntries(
    Object.entries(known).map(([view, features]) => [
      view,
      Object.fromEntries(features.map((feature) => [feature, stored[view]![feature]])),
    ]),
  );
}

beforeAll(async () => {
  python = await pythonEnvironment(grpcPythonPackages);
  writeFiles(cwd, [
    { path: "read-clients.ts", content: readClientsTypescript },
    { path: "read_client.py", content: readClientPython },
  ]);
  standalone = await startTestStandalone(join(cwd, "data"), cwd);
});

afterAll(() => standalone?.stop());

const first = { user_daily: ["orders", "spent"], item: ["left_over"] };
const withBasket = { ...first, user_daily: ["orders", "spent", "basket"] };
const withWeek = { ...withBasket, user_weekly: ["visits"] };
const withToday = { ...withWeek, today: ["spent"] };
const threeFeatures = "{ orders: int64(), spent: double(), basket: list(double()) }";

describe("clients made before a change of the schema go on reading after it", () => {
  test("0: the service as it was first applied", async () => {
    await apply({});
    await push("user_daily", "user_id=ada", { orders: "3", spent: "1.5" });
    await push("item_stock", "item_id=7", { left_over: "9007199254740993" });
    stored = { user_daily: { orders: "3", spent: 1.5 }, item: { left_over: "9007199254740993" } };
    await generate("ts0", "ts", first);
    await generate("py0", "python", first);
    await expectAllRead();
  }, 60_000);

  test("1: a feature is added", async () => {
    await apply({ userDaily: threeFeatures });
    await expectAllRead();
    await push("user_daily", "user_id=ada", { orders: "4", spent: "2.5", basket: "[0.5,1]" });
    stored = { ...stored, user_daily: { orders: "4", spent: 2.5, basket: { v: [0.5, 1] } } };
    await generate("ts1", "ts", withBasket);
    await expectAllRead();
  });

  test("2: a view is added", async () => {
    await apply({ views: [...parts.views, "userWeekly"] });
    await push("user_weekly", "user_id=ada", { visits: "11" });
    stored = { ...stored, user_weekly: { visits: "11" } };
    await generate("ts2", "ts", withWeek);
    await expectAllRead();
  });

  test("3: an alias is added", async () => {
    await apply({ views: [...parts.views, 'userDaily.select("spent").as("today")'] });
    stored = { ...stored, today: { spent: 2.5 } };
    await generate("ts3", "ts", withToday);
    await generate("py3", "python", withToday);
    await expectAllRead();
  });

  test("4: a feature gets another type, in a new version of its view", async () => {
    await apply({ userWeekly: "{ visits: double() }" });
    await push("user_weekly@2", "user_id=ada", { visits: "0.5" });
    await expectAllRead();
    await push("user_weekly@1", "user_id=ada", { visits: "12" });
    stored = { ...stored, user_weekly: { visits: "12" } };
    await generate("ts4", "ts", withToday);
    await expectAllRead();
  });

  test("5: features and views change their order", async () => {
    await apply({
      userDaily: "{ basket: list(double()), spent: double(), orders: int64() }",
      views: parts.views.toReversed(),
    });
    await push("user_daily", "user_id=ada", { orders: "5", spent: "3.5", basket: "[]" });
    stored = { ...stored, user_daily: { orders: "5", spent: 3.5, basket: {} }, today: { spent: 3.5 } };
    await generate("ts5", "ts", withToday);
    await expectAllRead();
  });

  test("6: a feature is removed, in a new version of its view", async () => {
    await apply({ userDaily: "{ orders: int64(), spent: double() }" });
    await generate("ts6", "ts", withToday);
    await expectAllRead();
  });

  test("7: the feature comes back, under another number", async () => {
    await apply({ userDaily: threeFeatures });
    await push("user_daily@2", "user_id=ada", { orders: "99", spent: "99", basket: "[99]" });
    await push("user_daily@1", "user_id=ada", { orders: "6", spent: "4.5", basket: "[7]" });
    stored = {
      ...stored,
      user_daily: { orders: "6", spent: 4.5, basket: { v: [7] } },
      today: { spent: 4.5 },
    };
    await generate("ts7", "ts", withToday);
    await expectAllRead();
  });

  test("8: only descriptions change", async () => {
    await apply({ about: "What a customer did" });
    await generate("ts8", "ts", withToday);
    await expectAllRead();
  });

  test("9: a new service reads the new versions", async () => {
    const more = `export const next = featureService({ name: "watch_v2", views: [userDaily, userWeekly] });`;
    await apply({ more });
    await generate("ts9", "ts", withToday);
    await generate("py9", "python", withToday);
    await expectAllRead();
  });

  test("10: request data and an on-demand feature are added", async () => {
    const worth = '{ type: double(), expression: "price * user_daily.spent" }';
    await apply({ computed: `requestData: { price: double() }, onDemand: { worth: ${worth} },` });
    stored = { ...stored, computed: { worth: 9 } };
    await generate("ts10", "ts", { ...withToday, computed: ["worth"] });
    await generate("py10", "python", { ...withToday, computed: ["worth"] });
    await expectAllRead();
  });
});

describe("a change that clients could not live with", () => {
  const [today, weekly, item, daily] = [
    'userDaily.select("spent").as("today")',
    "userWeekly",
    'itemStock.as("item")',
    "userDaily",
  ];
  test.each<[string, Partial<Parts>, string]>([
    ["a view that goes", { views: [today, item, daily] }, "views[user_weekly]"],
    ["an alias that goes", { views: [weekly, item, daily] }, "views[today]"],
    ["an alias that gets another name", { views: [today, weekly, "itemStock", daily] }, "views[item]"],
    [
      "a feature that goes",
      { views: [today, weekly, item, 'userDaily.select("spent")'] },
      "features[basket]",
    ],
    [
      "another feature under an alias",
      { views: ['userDaily.select("orders").as("today")', weekly, item, daily] },
      "features[spent]",
    ],
    [
      "a version with another type",
      { views: [today, "userWeekly.version(2)", item, daily] },
      "its type would change from INT64 to DOUBLE",
    ],
    [
      "a version where a feature has another number",
      { views: [today, weekly, item, "userDaily.version(2)"] },
      "its field number would change",
    ],
    [
      "another name of a request key",
      { views: [today, weekly, 'itemStock.as("item", { joinKeys: { item_id: "sku" } })', daily] },
      "the keys of requests would change",
    ],
    ["an on-demand feature that goes", { computed: "requestData: { price: double() }," }, "worth"],
  ])("%s is refused by plan and apply, which name the service", async (_what, changes, place) => {
    const before = await versions();
    const path = writeDefinitions({ ...parts, ...changes });
    for (const command of ["plan", "apply"]) {
      const { code, stderr } = await attempt(command, path);
      expect(stderr).toContain("BREAKING_CHANGE");
      expect(stderr).toContain(place);
      expect(stderr).toContain("This would break clients of feature service watch_v1: make a new service");
      expect(code).toBe(1);
    }
    expect(await versions()).toEqual(before);
  });

  test("an entity with another key leaves the service on the versions with the old one", async () => {
    const itemKeys = '{ item_id: "string" }';
    expect((await attempt("plan", writeDefinitions({ ...parts, itemKeys }))).code).toBe(2);
    await apply({ itemKeys });
    await expectAllRead();
  });

  test("a service that was deleted and made again answers no older client with something else", async () => {
    await run("delete", "service", "watch_v1");
    await apply({});
    const url = standalone.flags[standalone.flags.indexOf("--serving") + 1]!;
    const reading = runIn(cwd, process.execPath, "read-clients.ts", url, "ts10");
    await expect(reading).rejects.toThrow(/INVALID_ARGUMENT: Cannot use key rows\[0\]\.\w+: it is missing/);
  });
});
