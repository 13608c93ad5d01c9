import { ManualClock } from "@timewell/ttl";
import { Registry } from "prom-client";
import { beforeEach, describe, expect, test } from "vitest";
import { Health } from "../health/health.ts";
import { CounterFamily } from "../metrics/counter-family.ts";
import { WorkerLink } from "./worker-link.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

describe("WorkerLink", () => {
  let clock: ManualClock;
  let sent: FromWorker[];
  let tell: (message: ToWorker) => void;
  let link: WorkerLink;
  let health: Health;
  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    const send = async (message: FromWorker) => void sent.push(message);
    const onMessage = (listener: (message: ToWorker) => void) => (tell = listener);
    link = new WorkerLink({ send, onMessage }, clock);
    health = new Health("1");
    const registry = new Registry();
    new CounterFamily({ name: "n_total", help: "x", registry }).labels().add(7);
    link.attach(health, { registry });
  });

  test("says hello and learns its number", async () => {
    const joined = link.join();
    tell({ kind: "start", slot: 2, joins: true });
    expect(await joined).toMatchObject({ slot: 2, joins: true });
    expect(sent).toEqual([{ kind: "hello" }]);
  });

  test("tells its own health and answers with that of the whole server", () => {
    health.set("Serving", true);
    tell({ kind: "health", services: { Serving: false } });
    expect([health.get("Serving"), health.get(""), health.get("Other")]).toEqual([false, false, undefined]);
    health.set("Serving", false);
    tell({ kind: "health", services: { Serving: true } });
    expect([health.get("Serving"), health.get("")]).toEqual([true, true]);
    const own = sent.filter(({ kind }) => kind === "health");
    expect(own).toEqual([
      { kind: "health", services: { Serving: true } },
      { kind: "health", services: { Serving: false } },
    ]);
  });

  test("follows an order to stop that came before it was ready", () => {
    const orders: string[] = [];
    tell({ kind: "reload" });
    tell({ kind: "stop", whole: true });
    link.ready([], {
      reload: () => orders.push("reload"),
      stop: (whole) => orders.push(`stop ${whole}`),
    });
    tell({ kind: "reload" });
    expect(orders).toEqual(["stop true", "reload"]);
  });

  test("prints what the primary process has put together, and OVERLOADED where that does not come", async () => {
    const printed = link.print();
    tell({ kind: "printed", id: 0, text: "metrics" });
    expect(await printed).toBe("metrics");
    const late = expect(link.print()).rejects.toMatchObject({ kind: "OVERLOADED" });
    await clock.advance(3_000);
    await late;
    const failed = expect(link.print()).rejects.toMatchObject({ kind: "OVERLOADED" });
    tell({ kind: "printed", id: 2 });
    await failed;
  });

  test("leaves its counts behind when it ends", async () => {
    await link.end();
    expect(sent).toMatchObject([{ kind: "ending", metrics: [{ name: "n_total", values: [{ value: 7 }] }] }]);
  });
});
