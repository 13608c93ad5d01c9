import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBinary, type PrometheusServer, repoRoot, startPrometheus } from "@timewell/setup";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { type Dashboard, dashboardProblems } from "./harness/dashboard.ts";
import { eventually } from "./harness/eventually.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { readOnline } from "./harness/read-online.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";

const folder = path.join(repoRoot, "deploy");
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
const dashboard = JSON.parse(read("grafana/timewell-serving.json")) as Dashboard;
const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr }) => ({ name: `${title} ${refId}`, expr })),
);

function promtool(...args: string[]): string {
  const cwd = path.join(folder, "prometheus");
  return execFileSync(findBinary("promtool") ?? "promtool", args, { cwd, encoding: "utf8" });
}

describe("files of deploy/", () => {
  test("the config and the rules of Prometheus are valid, and the rules do what their tests say", () => {
    expect(promtool("check", "config", "prometheus.yml")).toContain("is valid prometheus config");
    expect(promtool("check", "rules", "timewell-rules.yml")).toContain("SUCCESS");
    expect(promtool("test", "rules", "timewell-rules.test.yml")).toContain("SUCCESS");
  });

  test("the dashboard is one that Grafana can show, as far as can be told without it", () => {
    expect(dashboardProblems(dashboard)).toEqual([]);
    expect(targets.length).toBeGreaterThan(25);
  });

  test("every metric of the dashboard and of the rules is one that docs/operations.md knows", () => {
    const rules = read("prometheus/timewell-rules.yml");
    const page = readFileSync(path.join(repoRoot, "docs/operations.md"), "utf8");
    const used = [rules, ...targets.map(({ expr }) => expr)].join("\n").matchAll(/\btimewell_\w+/g);
    const names = new Set([...used].map(([name]) => name.replace(/_(bucket|sum|count)$/, "")));
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("a real Prometheus that scrapes a real server of two workers", () => {
  let deployment: Deployment;
  let prometheus: PrometheusServer;
  let stopTraffic = false;
  let answered = 0;
  let traffic: Promise<void> | undefined;

  beforeAll(async () => {
    deployment = await startApps({ engine: "servers", flags: { serving: ["--workers", "2"] } });
    const { clients, urls } = deployment;
    await applyTaxi(clients);
    await pushRows(clients, "driver_live", [
      { keys: { driver: 1n }, eventTimeUs: nowUs(), features: { trips: 5n } },
    ]);
    const config = read("prometheus/prometheus.yml")
      .replaceAll("15s", "1s")
      .replace("127.0.0.1:7402", new URL(urls.serving).host)
      .replace("127.0.0.1:7401", new URL(urls.registry).host)
      .replace("127.0.0.1:7403", new URL(urls.retrieval).host)
      .replace("127.0.0.1:7404", new URL(urls.ingestion).host);
    const others = { "timewell-rules.yml": read("prometheus/timewell-rules.yml") };
    prometheus = await startPrometheus({ config, others });
    traffic = (async () => {
      while (!stopTraffic) {
        await readOnline(clients, "driver_v1", [{ driver: 1n }, { driver: 404n }]);
        await readOnline(clients, "no_such_service", [{ driver: 1n }]).catch(() => undefined);
        answered++;
      }
    })();
  }, 120_000);

  afterAll(async () => {
    stopTraffic = true;
    await traffic;
    await prometheus?.stop();
    await deployment?.stop();
  });

  async function ask<T>(what: string, parameters: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${prometheus.url}/api/v1/${what}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await answer.json()) as { status: string; data: T; error?: string };
    expect([status, error]).toEqual(["success", undefined]);
    return data;
  }

  async function valuesOf(expr: string): Promise<number[]> {
    const query = expr
      .replaceAll("$__rate_interval", "10s")
      .replaceAll("$job", "timewell-serving")
      .replaceAll(/\$(instance|method)/g, ".*");
    const { result } = await ask<{ result: { value: [number, string] }[] }>("query", { query });
    return result.map(({ value }) => Number(value[1])).filter((value) => !Number.isNaN(value));
  }

  test("every target is up, every rule can be evaluated, and no alert fires", async () => {
    await eventually(async () => expect(await valuesOf("up == 1")).toHaveLength(4));
    await eventually(async () => {
      interface Rule {
        readonly name: string;
        readonly health: string;
        readonly lastError?: string;
      }
      const { groups } = await ask<{ groups: { rules: Rule[] }[] }>("rules");
      const rules = groups.flatMap((group) => group.rules);
      expect(rules.length).toBeGreaterThan(25);
      expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    });
    const { alerts } = await ask<{ alerts: { state: string; labels: object }[] }>("alerts");
    // On a machine that is busy with other tests, calls may well be slow; but nothing is down, stale or crashing.
    const firing = alerts.filter(
      ({ state, labels }) => state === "firing" && !JSON.stringify(labels).includes("Burn"),
    );
    expect(firing).toEqual([]);
  });

  test("every query of the dashboard answers with data", async () => {
    await eventually(async () => {
      const empty = [];
      for (const { name, expr } of targets)
        if ((await valuesOf(expr)).length === 0) empty.push(`${name}: ${expr}`);
      expect(empty).toEqual([]);
    });
  });

  test("what Prometheus has counted is what was answered", async () => {
    const method = "timewell.serving.v1.OnlineServing/GetOnlineFeatures";
    const counted = (code: string) =>
      valuesOf(`sum(timewell_requests_total{job="$job", method="${method}", code="${code}"})`);
    stopTraffic = true;
    await traffic;
    await eventually(async () => {
      const [[ok = 0], [refused], [rows], [age]] = [
        await counted("OK"),
        await counted("NOT_FOUND"),
        await valuesOf('sum(timewell_serving_view_rows_total{view="driver_live"})'),
        await valuesOf('sum(timewell_serving_age_seconds_count{view="driver_live"})'),
      ];
      expect(answered).toBeGreaterThan(10);
      expect([ok, refused, rows, age]).toEqual([answered, answered, 2 * answered, answered]);
    });
  });
});
