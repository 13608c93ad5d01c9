import type { Clock } from "@timewell/ttl";
import type { Logger } from "pino";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Metrics } from "../metrics/create-metrics.ts";

/** What holds for every call of a process, on both RPC stacks. */
export interface RpcPolicy {
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
  readonly limits: RpcLimits;
  /** Aborted with SHUTTING_DOWN when calls under way have had their time. */
  readonly shutdown: AbortSignal;
}

/** Limits of every call. */
export interface RpcLimits {
  /** Largest request or stream message, bytes, after decompression. */
  readonly messageBytesMax: number;
  /** Longest deadline that a caller may ask for, ms. */
  readonly timeoutMaxMs: number;
  /** Deadline of unary calls that come without one, ms. */
  readonly timeoutDefaultMs: number;
}

/** What holds where an app does not say otherwise. */
export const rpcLimitsDefault: RpcLimits = {
  messageBytesMax: 4 * 2 ** 20,
  timeoutMaxMs: 24 * 60 * 60 * 1000,
  timeoutDefaultMs: 60_000,
};
