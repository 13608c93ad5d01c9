import type { Clock } from "@timewell/ttl";
import type { Logger } from "pino";
import type { Health } from "../health/health.ts";
import type { Metrics } from "../metrics/create-metrics.ts";

/** What a process gives to the app that runs in it. */
export interface Kit {
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly health: Health;
}
