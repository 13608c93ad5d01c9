import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:https";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort, makeTempFolder, removeTempFolder } from "@timewell/setup";
import { AppProcess } from "./harness/app-process.ts";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { caught } from "./harness/caught.ts";
import { type Clients, makeClients } from "./harness/clients.ts";
import { collect } from "./harness/collect.ts";
import { eventually } from "./harness/eventually.ts";
import { messagesWithLabels } from "./harness/label-rows.ts";
import { makeSecurity, tokens, writeTokens } from "./harness/make-security.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { readOnline } from "./harness/read-online.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type AppName, type Deployment, type Security, startApps } from "./harness/start-apps.ts";
import { definitionsOf, project, taxi } from "./harness/taxi.ts";

const scopes = ["read", "write", "admin"] as const;

/** One method of each service and privilege. */
const calls = {
  "reading definitions": ["read", (clients) => clients.registry.listProjects({})],
  "planning definitions": [
    "read",
    (clients) => clients.registry.plan({ project, definitions: definitionsOf(taxi) }),
  ],
  "applying definitions": [
    "admin",
    (clients) => clients.registry.apply({ project, definitions: definitionsOf(taxi) }),
  ],
  "recording a model": [
    "write",
    (clients) =>
      clients.registry.recordModel({
        project,
        model: { name: "eta", version: "1", registryVersion: 1n, featureService: "driver_v1" },
      }),
  ],
  "listing models": ["read", (clients) => clients.registry.listModels({ project })],
  "reading features": ["read", (clients) => readOnline(clients, "driver_v1", [{ driver: 1n }])],
  "asking for a training set": [
    "read",
    (clients) =>
      collect(
        clients.retrieval.getTrainingSet(
          messagesWithLabels({ project, selection: { case: "featureService", value: "driver_v1" } }, [
            { driver: 1n, event_timestamp: 1n },
          ]),
        ),
      ),
  ],
  "asking for the status": ["read", (clients) => clients.ingestion.getIngestionStatus({ project })],
  "pushing rows": [
    "write",
    (clients) =>
      pushRows(clients, "driver_live", [
        { keys: { driver: 1n }, eventTimeUs: nowUs(), features: { trips: 1n } },
      ]),
  ],
  "rebuilding the online store": [
    "admin",
    (clients) => collect(clients.ingestion.rebuildOnline({ project, featureView: "driver_live" })),
  ],
} satisfies Record<string, readonly [(typeof scopes)[number], (clients: Clients) => Promise<unknown>]>;

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });

describe("security", () => {
  let folder: string;
  let security: Security;
  let deployment: Deployment;
  const withToken = (token: string | undefined) => makeClients(deployment.urls, { token, ca: security.ca });

  beforeAll(async () => {
    folder = makeTempFolder("security");
    security = makeSecurity(folder);
    deployment = await startApps({ engine: "servers", security });
    await applyTaxi(deployment.clients);
  });
  afterAll(async () => {
    await deployment?.stop();
    removeTempFolder(folder);
  });

  test.for(Object.entries(calls))("%s asks for a token of its scope", async ([, [needed, call]]) => {
    for (const token of [undefined, "some-other-token"])
      expect(await caught(call(withToken(token)))).toMatchObject({
        code: "Unauthenticated",
        kind: "UNAUTHENTICATED",
      });
    for (const scope of scopes) {
      if (scopes.indexOf(scope) >= scopes.indexOf(needed)) {
        await call(withToken(tokens[scope]));
        continue;
      }
      const error = await caught(call(withToken(tokens[scope])));
      expect(error).toMatchObject({ code: "PermissionDenied", kind: "PERMISSION_DENIED" });
      expect(error.message).toContain(`token ${scope} has scope ${scope}, expected ${needed}`);
    }
  });

  test("health is open, metrics are not, and nobody is heard without TLS", async () => {
    for (const name of ["registry", "serving", "retrieval", "ingestion"] as const) {
      expect(await withToken(undefined).health(name).check({ service: "" })).toBeDefined();
      const url = `${deployment.urls[name]}/metrics`;
      expect(await statusOf(url, security.ca)).toBe(401);
      expect(await statusOf(url, security.ca, tokens.read)).toBe(200);
      await expect(fetch(url.replace("https", "http"))).rejects.toThrow();
    }
    const strangers = makeClients(deployment.urls, { token: tokens.read, ca: "" });
    expect(await caught(strangers.registry.listProjects({}))).toMatchObject({ message: /certificate/ });
  });

  test("a token file that changes is read again, and tokens that are gone are refused", async () => {
    writeTokens(security.tokensFile, { ...tokens, read: "another-token" });
    deployment.apps.serving.signal("SIGHUP");
    await eventually(() => calls["reading features"][1](withToken("another-token")));
    expect(await caught(calls["reading features"][1](withToken(tokens.read)))).toMatchObject({
      kind: "UNAUTHENTICATED",
    });
    writeTokens(security.tokensFile, tokens);
    deployment.apps.serving.signal("SIGHUP");
    await eventually(() => calls["reading features"][1](withToken(tokens.read)));
  });

  test("no log has a token in it", () => {
    const logs = readdirSync(deployment.folder).filter((name) => name.endsWith(".log"));
    expect(logs.length).toBeGreaterThanOrEqual(4);
    for (const name of logs)
      expect(readFileSync(path.join(deployment.folder, name), "utf8")).not.toContain("canary");
  });

  /** The app of the deployment once more, on an address that other machines reach, with some flags left out. */
  async function exposed(
    name: AppName,
    without: readonly string[],
    more: readonly string[] = [],
  ): Promise<AppProcess> {
    const { spec } = deployment.apps[name];
    const args: string[] = [];
    for (let i = 0; i < spec.args.length; i += 2) {
      const [flag = "", value = ""] = spec.args.slice(i, i + 2);
      if (without.includes(flag)) continue;
      args.push(flag, flag.endsWith("listen") ? `0.0.0.0:${await freePort()}` : value);
    }
    return new AppProcess({ ...spec, name: `exposed-${name}`, args: [...args, ...more] });
  }

  const tls = ["--tls-cert", "--tls-key"];
  test.for([
    [
      "registry",
      [...tls, "--tokens"],
      /without TLS.* and tokens .*other machines could reach it.*--insecure-listen/,
    ],
    ["serving", ["--tokens"], /without tokens .*other machines could reach it.*--insecure-listen/],
    ["retrieval", tls, /without TLS .*other machines could reach it.*--insecure-listen/],
    ["ingestion", [...tls, "--tokens"], /read or change every feature.*--insecure-listen/],
  ] as const)("%s refuses an address that others reach without protection", async ([name, without, says]) => {
    const app = await exposed(name, without);
    app.launch();
    expect(await app.ended()).toMatchObject({ code: 2 });
    expect(app.log()).toMatch(says);
    expect(app.log()).not.toMatch(/\bat .+:\d+:\d+|node:internal/);
  });

  test("with protection such an address is fine, and without only where the risk is taken", async () => {
    const safe = await exposed("registry", []);
    await safe.start();
    expect((await safe.stop()).code).toBe(0);
    const taken = await exposed("registry", [...tls, "--tokens"], ["--insecure-listen"]);
    await taken.start();
    expect((await taken.stop()).code).toBe(0);
  });
});

function statusOf(url: string, ca: string, token?: string): Promise<number | undefined> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    get(url, { ca, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
}
