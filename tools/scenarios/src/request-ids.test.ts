import { createTimewellClient } from "@timewell/client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { eventually } from "./harness/eventually.ts";
import { type LossyProxy, startLossyProxy } from "./harness/lossy-proxy.ts";
import { pushForms } from "./harness/push-forms.ts";
import { nowUs } from "./harness/push-rows.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";
import { project } from "./harness/taxi.ts";

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });

describe("request ids (semantics 13)", () => {
  let deployment: Deployment | undefined;
  let proxy: LossyProxy | undefined;
  afterEach(async () => {
    await proxy?.close();
    await deployment?.stop();
  });

  test("in every form of a push: the answer is lost, the server is killed, and five sends have one effect and one answer", async () => {
    deployment = await startApps({ engine: "embedded" });
    const { clients, urls, apps } = deployment;
    await applyTaxi(clients);
    const { snapshot } = await clients.registry.getSnapshot({ project });
    const live = snapshot!.featureViews.find(({ name }) => name === "driver_live")!.versions[0]!;
    const forms = Object.entries(pushForms(project, live.fieldNumbers["trips"]!));
    const logRows = async () => {
      const { views } = await clients.ingestion.getIngestionStatus({ project });
      return Number(views.find(({ view }) => view === "driver_live")!.logRows);
    };
    proxy = await startLossyProxy(urls.ingestion);
    await eventually(() => forms[0]![1](urls.ingestion, row(0), "warm"));
    const eventTimeUs = nowUs();
    const rowOf = (n: number) => ({ driver: 100 + n, trips: n, eventTimeUs });
    for (const [n, [, push]] of forms.entries()) {
      const before = await logRows();
      proxy.loseAnswersTo(`id-${n}`);
      const lost = push(proxy.url, rowOf(n), `id-${n}`).then(
        (answer) => `answered ${answer}`,
        () => "lost",
      );
      await eventually(async () => expect(await logRows()).toBe(before + 1));
      proxy.cut();
      expect(await lost).toBe("lost");
    }
    await apps.ingestion.kill();
    await apps.ingestion.start();
    const total = new Set<string>();
    for (const [n, [, push]] of forms.entries()) {
      const answers = [];
      for (let send = 0; send < 4; send++)
        answers.push(await eventually(() => push(urls.ingestion, rowOf(n), `id-${n}`)));
      expect(new Set(answers).size).toBe(1);
      total.add(answers[0]!);
    }
    expect(total.size).toBe(forms.length);
    expect(await logRows()).toBe(1 + forms.length);
  });

  test("a stream of pushes goes on over a kill of the server, and every row is there once", async () => {
    deployment = await startApps({ engine: "embedded" });
    const { clients, urls, apps } = deployment;
    await applyTaxi(clients);
    await eventually(() => pushForms(project, 1)["by name"]!(urls.ingestion, row(0), "warm"));
    const client = createTimewellClient({ registryUrl: urls.registry, ingestionUrl: urls.ingestion });
    const stream = await client.pushStream({ project, view: "driver_live" });
    const answers = [];
    let restarted: Promise<unknown> | undefined;
    for (let batch = 0; batch < 60; batch++) {
      const rows = Array.from({ length: 20 }, (_, i) => ({
        keys: { driver: 1_000 + batch * 20 + i },
        features: { trips: i },
        eventTime: new Date(),
      }));
      answers.push((await stream.write(rows)).outcomes);
      if (batch === 30) restarted = apps.ingestion.kill().then(() => apps.ingestion.start());
    }
    await stream.close();
    await restarted;
    const outcomes = (await Promise.all(answers)).flat();
    const places = outcomes.map((outcome) =>
      outcome.ok ? `${outcome.partition}:${outcome.position}` : outcome.kind,
    );
    expect(new Set(places).size).toBe(1_200);
    const { views } = await clients.ingestion.getIngestionStatus({ project });
    expect(views.find(({ view }) => view === "driver_live")!.logRows).toBe(1_201n);
    client.close();
  });

  const row = (n: number) => ({ driver: n, trips: n, eventTimeUs: nowUs() });
});
