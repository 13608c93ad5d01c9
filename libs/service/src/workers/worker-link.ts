import { FeatureStoreError } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";
import type { Health } from "../health/health.ts";
import type { Metrics } from "../metrics/create-metrics.ts";
import type { PrintedMetric } from "../metrics/metric-family.ts";
import type { Endpoint, FromWorker, ToWorker } from "./worker-messages.ts";

/** The way to the primary process. */
export interface WorkerChannel {
  /** Resolves when the message is on its way. */
  send(message: FromWorker): Promise<void>;
  onMessage(listener: (message: ToWorker) => void): void;
}

/** What a worker does when it is told to. */
export interface WorkerOrders {
  reload(): void;
  stop(whole: boolean): void;
}

const printTimeoutMs = 3_000;

/** A worker's side of the conversation with the primary process. */
export class WorkerLink {
  readonly #channel: WorkerChannel;
  readonly #clock: Clock;
  readonly #started = Promise.withResolvers<{ readonly slot: number; readonly joins: boolean }>();
  readonly #prints = new Map<number, (text: string | undefined) => void>();
  #printsSent = 0;
  #orders: WorkerOrders | undefined;
  /** An order that came before the worker could follow it. */
  #stopOrdered: { readonly whole: boolean } | undefined;
  #health: Health | undefined;
  #metrics: Pick<Metrics, "registry"> | undefined;

  constructor(channel: WorkerChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.onMessage((message) => this.#take(message));
  }

  /** Says hello, and resolves with the worker's number and whether others serve already. */
  async join(): Promise<{ readonly slot: number; readonly joins: boolean }> {
    await this.#channel.send({ kind: "hello" });
    return this.#started.promise;
  }

  /** Answers for these from now on: health is told to the primary process, which says what the whole server answers. */
  attach(health: Health, metrics: Pick<Metrics, "registry">): void {
    this.#health = health;
    this.#metrics = metrics;
    let told = "";
    health.subscribe(() => {
      const services = health.ownStates();
      const text = JSON.stringify(services);
      if (text === told) return;
      told = text;
      this.#send({ kind: "health", services });
    });
  }

  /** Says that the worker listens; from now on it follows orders. */
  ready(endpoints: readonly Endpoint[], orders: WorkerOrders): void {
    this.#orders = orders;
    this.#send({ kind: "ready", endpoints, services: this.#health?.ownStates() ?? {} });
    if (this.#stopOrdered !== undefined) orders.stop(this.#stopOrdered.whole);
  }

  /** Says that the worker drains without having been told to by the primary process. */
  leave(): void {
    this.#send({ kind: "leaving" });
  }

  /** Leaves the worker's counts with the primary process, before the worker ends. */
  async end(): Promise<void> {
    await this.#channel.send({ kind: "ending", metrics: await this.#measure() }).catch(() => undefined);
  }

  /** The metrics of all workers, in Prometheus text. */
  async print(): Promise<string> {
    const id = this.#printsSent++;
    const waiting = new AbortController();
    const answered = new Promise<string | undefined>((resolve) => this.#prints.set(id, resolve));
    const late = this.#clock.sleep(printTimeoutMs, waiting.signal).then(
      () => undefined,
      () => undefined,
    );
    try {
      this.#send({ kind: "print", id });
      const text = await Promise.race([answered, late]);
      if (text !== undefined) return text;
    } finally {
      waiting.abort();
      this.#prints.delete(id);
    }
    throw new FeatureStoreError(
      "OVERLOADED",
      "Cannot print metrics: the other workers did not tell theirs in time",
      {
        hint: "Ask again.",
      },
    );
  }

  #take(message: ToWorker): void {
    if (message.kind === "start") this.#started.resolve(message);
    else if (message.kind === "health") this.#health?.answerAs(message.services);
    else if (message.kind === "printed") this.#prints.get(message.id)?.(message.text);
    else if (message.kind === "reload") this.#orders?.reload();
    else if (message.kind === "measure") {
      void this.#measure().then((metrics) => this.#send({ kind: "measured", id: message.id, metrics }));
    } else if (this.#orders === undefined) this.#stopOrdered = message;
    else this.#orders.stop(message.whole);
  }

  async #measure(): Promise<PrintedMetric[]> {
    return (await (this.#metrics?.registry.getMetricsAsJSON() ?? [])) as unknown as PrintedMetric[];
  }

  #send(message: FromWorker): void {
    // A primary process that is gone ends its workers.
    this.#channel.send(message).catch(() => undefined);
  }
}
