import type { Clock } from "@timewell/ttl";
import type { Logger } from "pino";
import type { Health } from "../health/health.ts";
import type { Metrics } from "../metrics/create-metrics.ts";

/** What a process knows of itself that is one of several workers of a server. */
export interface KitWorker {
  /** 1 and up; its successor has the same. */
  readonly slot: number;
  /** True where other workers serve already: it must not listen before it can answer. */
  readonly joins: boolean;
  /** True once it ends while other workers go on. */
  readonly leaves: boolean;
}

/** What a process gives to the app that runs in it. */
export interface Kit {
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Absent where this process is the whole server. */
  readonly worker?: KitWorker | undefined;
}
