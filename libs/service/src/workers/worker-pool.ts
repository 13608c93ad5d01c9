import type { Clock } from "@timewell/ttl";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { CounterFamily } from "../metrics/counter-family.ts";
import { WorkerMember, type WorkerExit } from "./worker-member.ts";
import type { Endpoint, FromWorker, ServiceStates, WorkerProcess } from "./worker-messages.ts";
import { WorkerMetrics } from "./worker-metrics.ts";

/** What a pool is made of. */
export interface WorkerPoolInit {
  /** How many workers there are. */
  readonly size: number;
  /** Starts the process of a worker. */
  readonly fork: () => WorkerProcess;
  readonly clock: Clock;
  readonly log: Logger;
  /** Metrics of the primary process. */
  readonly registry: Registry;
}

/** How a start went: where the workers answer, or how the one ended that could not start. */
export type PoolStart = { readonly endpoints: readonly Endpoint[] } | { readonly failed: WorkerExit };

const backoffFirstMs = 100;
const backoffMaxMs = 10_000;
/** A worker that lived this long is replaced after the first back-off again, ms. */
const settledMs = 30_000;
/** How long a new worker may take until it serves, in a rolling restart, ms. */
const replaceTimeoutMs = 30_000;
const pollMs = 20;
/** How long a worker may take to drain and end, ms. */
const stopTimeoutMs = 10_000;

/**
 * The workers of a server. One that dies is replaced, after a back-off that grows with each death; a rolling restart replaces
 * them one by one, each only when its successor serves.
 */
export class WorkerPool {
  readonly #init: WorkerPoolInit;
  readonly #members = new Set<WorkerMember>();
  readonly #metrics: WorkerMetrics;
  readonly #exits: CounterFamily;
  readonly #stopping = new AbortController();
  /** Deaths in a row, by slot. */
  readonly #deaths = new Map<number, number>();
  /** Names of all services that workers told of. */
  readonly #names = new Set<string>();
  #started = false;
  #told = "";
  #rolling: Promise<void> | undefined;
  #rollAgain = false;

  constructor(init: WorkerPoolInit) {
    this.#init = init;
    this.#metrics = new WorkerMetrics(this.#members, init.registry, init.clock);
    this.#exits = new CounterFamily({
      name: "timewell_worker_exits_total",
      help: "Workers that ended, by cause: asked or crashed",
      labelNames: ["cause"],
      registry: init.registry,
    });
    for (const cause of ["asked", "crashed"]) this.#exits.labels(cause);
  }

  /** Starts all workers; the first one alone, so that what is wrong with the settings is said once. */
  async start(): Promise<PoolStart> {
    const { size } = this.#init;
    for (const slots of [[1], Array.from({ length: size - 1 }, (_, i) => i + 2)]) {
      const members = slots.map((slot) => this.#add(slot));
      await Promise.all(members.map((member) => member.ready));
      const ended = members.find((member) => member.state === "ended");
      if (ended !== undefined) return { failed: await ended.exited };
    }
    this.#started = true;
    return { endpoints: [...this.#members][0]?.endpoints ?? [] };
  }

  /** Makes every worker read again what may change. */
  reload(): void {
    for (const member of this.#members) member.send({ kind: "reload" });
  }

  /** Replaces all workers, one by one. Where a round is under way, another one follows it. */
  roll(): Promise<void> {
    this.#rollAgain = true;
    this.#rolling ??= this.#roll().finally(() => (this.#rolling = undefined));
    return this.#rolling;
  }

  /** The metrics of all workers, and of those that were, in Prometheus text. */
  print(): Promise<string> {
    return this.#metrics.print();
  }

  /** Drains all workers; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the server ends"));
    this.#tellHealth();
    await Promise.all([...this.#members].map((member) => this.#end(member, true)));
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#stopping.abort(new Error("the server ends"));
    for (const member of this.#members) member.kill();
  }

  #add(slot: number): WorkerMember {
    const { fork, clock } = this.#init;
    const member = new WorkerMember(fork(), slot, clock.monotonicMs());
    this.#members.add(member);
    member.onMessage((message) => this.#take(member, message));
    void member.exited.then((exit) => this.#onExit(member, exit));
    return member;
  }

  #take(member: WorkerMember, message: FromWorker): void {
    const { log } = this.#init;
    const { slot, pid: workerPid } = member;
    if (message.kind === "hello") {
      const joins = [...this.#members].some((other) => other.isServing);
      member.send({ kind: "start", slot, joins });
    } else if (message.kind === "ready") {
      log.info({ slot, workerPid }, "a worker is ready");
      this.#tellHealth(member);
    } else if (message.kind === "health" || message.kind === "leaving") {
      this.#tellHealth();
    } else if (message.kind === "print") {
      const { id } = message;
      this.print().then(
        (text) => member.send({ kind: "printed", id, text }),
        (err: unknown) => {
          log.error({ err }, "the metrics of the workers cannot be put together");
          member.send({ kind: "printed", id });
        },
      );
    }
  }

  #onExit(member: WorkerMember, exit: WorkerExit): void {
    const { clock, log } = this.#init;
    const { slot, pid: workerPid } = member;
    this.#members.delete(member);
    this.#metrics.retire(member);
    this.#exits.labels(member.wasAsked || member.leaves ? "asked" : "crashed").add();
    this.#tellHealth();
    if (member.wasAsked || this.#stopping.signal.aborted || !this.#started) return;
    const livedMs = clock.monotonicMs() - member.startedAtMs;
    const deaths = livedMs >= settledMs ? 0 : (this.#deaths.get(slot) ?? 0);
    this.#deaths.set(slot, deaths + 1);
    const delayMs = Math.min(backoffFirstMs * 2 ** deaths, backoffMaxMs);
    const fields = { slot, workerPid, ...exit, delayMs };
    if (member.leaves) log.warn(fields, "a worker was told to end; another takes its place");
    else log.error(fields, "a worker ended by itself; another takes its place");
    clock.sleep(delayMs, this.#stopping.signal).then(
      () => {
        // A rolling restart may have filled the place.
        if (this.#memberOf(slot) === undefined) this.#add(slot);
      },
      () => undefined, // The server ends.
    );
  }

  #memberOf(slot: number): WorkerMember | undefined {
    return [...this.#members].find((member) => member.slot === slot && !member.wasAsked);
  }

  async #roll(): Promise<void> {
    const { log, size } = this.#init;
    while (this.#rollAgain && !this.#stopping.signal.aborted) {
      this.#rollAgain = false;
      log.info("rolling restart begins");
      for (let slot = 1; slot <= size; slot++) {
        if (await this.#replace(slot)) continue;
        if (!this.#stopping.signal.aborted)
          log.error({ slot }, "rolling restart given up: the new worker does not serve; the old ones stay");
        return;
      }
      log.info("rolling restart is done");
    }
  }

  /** Puts a new worker in the place of the one of a slot; false, with the old one still there, where it does not get to serve. */
  async #replace(slot: number): Promise<boolean> {
    const { clock } = this.#init;
    const old = this.#memberOf(slot);
    const next = this.#add(slot);
    const deadlineMs = clock.monotonicMs() + replaceTimeoutMs;
    // One that listens is good enough where the old one does no better.
    const isGood = () => next.isServing || (next.state === "ready" && old?.isServing !== true);
    while (!isGood()) {
      if (next.state === "ended") return false;
      if (clock.monotonicMs() > deadlineMs || this.#stopping.signal.aborted) {
        next.kill();
        return false;
      }
      await clock.sleep(pollMs);
    }
    if (old !== undefined) await this.#end(old, false);
    return true;
  }

  async #end(member: WorkerMember, whole: boolean): Promise<void> {
    const { clock } = this.#init;
    member.stop(whole);
    // Before the others hear of it, it counts no more.
    this.#tellHealth();
    const ended = new AbortController();
    clock.sleep(stopTimeoutMs, ended.signal).then(
      () => member.kill(),
      () => undefined, // It ended in time.
    );
    await member.exited;
    ended.abort();
  }

  /** The server serves where every worker that takes calls does. A worker that starts or leaves does not count. */
  #tellHealth(newcomer?: WorkerMember): void {
    const counted = [...this.#members].filter(({ state }) => state === "ready");
    for (const { services } of counted) for (const name of Object.keys(services)) this.#names.add(name);
    const isUp = !this.#stopping.signal.aborted && counted.length > 0;
    const services: ServiceStates = Object.fromEntries(
      [...this.#names].map((name) => [
        name,
        isUp && counted.every((member) => member.services[name] ?? true),
      ]),
    );
    const text = JSON.stringify(services);
    const isNews = text !== this.#told;
    this.#told = text;
    for (const member of this.#members)
      if (isNews || member === newcomer) member.send({ kind: "health", services });
  }
}
