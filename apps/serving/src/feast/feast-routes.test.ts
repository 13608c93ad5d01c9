import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, type Snapshot } from "@timewell/contracts";
import { planDefinitions } from "@timewell/model";
import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import { afterAll, afterEach, describe, expect, it } from "vitest";

import { memoryStore } from "../typed/describe-typed-get.testdata.ts";
import { startTypedServing, type TypedServing } from "../typed/start-typed-serving.testdata.ts";
import { listServices } from "../typed/typed-client.testdata.ts";
import { airports } from "../typed/typed-definitions.testdata.ts";

const body = JSON.stringify({ features: ["hourly:departures"], entities: { airport: ["ZRH"] } });

/** The airports as a project of this name; ids of views do not matter without rows. */
function snapshotOf(project: string): Snapshot {
  const plan = planDefinitions(undefined, project, create(DefinitionsSchema, airports));
  return plan.build({ viewIds: [1, 2], appliedAtUs: 1n, appliedBy: "" });
}

describe("the HTTP paths of Feast", () => {
  let serving: TypedServing;
  const folder = makeTempFolder("feast-routes");
  afterEach(() => serving.stop());
  afterAll(() => removeTempFolder(folder));

  async function start(projects: readonly string[], args: readonly string[] = []): Promise<void> {
    serving = await startTypedServing(memoryStore(), args);
    for (const project of projects) serving.say(snapshotOf(project));
    for (const project of projects) await serving.definitions.waitForVersion(project, 1n);
  }

  async function post(headers: Record<string, string> = {}) {
    const response = await fetch(`${serving.url}/get-online-features`, { method: "POST", headers, body });
    const answer: unknown = await response.json();
    const detail: unknown = typeof answer === "string" ? JSON.parse(answer) : answer;
    return { status: response.status, detail };
  }

  const refusal = (says: string) => ({ message: expect.stringContaining(says) as string });

  it("read the only project there is", async () => {
    await start(["flights"]);
    expect(await post()).toMatchObject({
      status: 200,
      detail: { metadata: { feature_names: ["airport", "departures"] } },
    });
    expect(await listServices(serving.client, "v1")).toContain("feast.serving.ServingService");
  });

  it("say which setting chooses among several projects, and obey it", async () => {
    await start(["flights", "buses"]);
    expect(await post()).toEqual({
      status: 404,
      detail: {
        module: "feast.errors",
        class: "ProjectObjectNotFoundException",
        message:
          "Cannot tell which project to read: this server has 2, buses, flights, and Feast's requests name none. Start it with --feast-project, for example --feast-project buses.",
      },
    });
    await serving.stop();
    await start(["flights", "buses"], ["--feast-project", "buses"]);
    expect(await post()).toMatchObject({ status: 200 });
  });

  it("say that there is no project yet, and that there is none of the name that was set", async () => {
    await start([]);
    expect(await post()).toMatchObject({
      status: 404,
      detail: refusal("there is none yet. Apply definitions first"),
    });
    expect((await fetch(`${serving.url}/health`)).status).toBe(503);
    await serving.stop();
    await start(["flights"], ["--feast-project", "trains"]);
    expect(await post()).toMatchObject({ status: 404, detail: refusal("trains") });
  });

  it("ask for a token where tokens are on, and raise Feast's own error without one", async () => {
    const path = join(folder, "tokens");
    writeFileSync(path, `reader read ${createHash("sha256").update("secret").digest("hex")}`);
    await start(["flights"], ["--tokens", path]);
    expect(await post()).toMatchObject({
      status: 401,
      detail: { module: "feast.errors", class: "FeastPermissionError", ...refusal("it carries no token") },
    });
    expect(await post({ authorization: "Bearer wrong" })).toMatchObject({ status: 401 });
    expect(await post({ authorization: "Bearer secret" })).toMatchObject({ status: 200 });
    expect((await fetch(`${serving.url}/health`)).status).toBe(200);
  });
});
