import type { TrainingSetInit } from "@timewell/client";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { parseDurationFlag } from "../inputs/durations.ts";

/** Options of `timewell train`. */
export interface TrainOptions {
  readonly labels?: string;
  readonly labelsPath?: string;
  readonly out: string;
  readonly mode?: string;
  readonly statuses?: boolean;
  readonly maxAge?: string;
  readonly eventTimeColumn?: string;
  readonly columns?: string;
  readonly shard?: string;
  readonly order?: string;
  readonly snapshot?: string;
  readonly keepLabels: boolean;
}

/** The flags as the client takes them. INVALID_VALUE, naming the flag, for one that cannot be read. */
export function trainingInit(options: TrainOptions) {
  const maxAgeMs = parseDurationFlag(options.maxAge, "--max-age");
  return {
    eventTimeColumn: options.eventTimeColumn ?? "event_timestamp",
    mode: modeOf(options.mode),
    includeStatuses: options.statuses === true,
    maxAgeMs: maxAgeMs === undefined ? undefined : Number(maxAgeMs),
    columns: columnsOf(options.columns),
    shard: shardOf(options.shard),
    order: orderOf(options.order),
    snapshot: options.snapshot,
    keepLabels: options.keepLabels,
  } as const;
}

function modeOf(text: string | undefined): TrainingSetInit["mode"] {
  if (text === undefined) return undefined;
  if (text === "event-time") return "EVENT_TIME";
  if (text === "available") return "AVAILABLE";
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --mode: got ${showValue(text)}`, {
    field: "--mode",
    hint: "Use event-time or available, or leave it out for the default of each view.",
  });
}

function columnsOf(text: string | undefined): readonly string[] | undefined {
  return text?.split(",").map((name) => name.trim());
}

function shardOf(text: string | undefined): TrainingSetInit["shard"] {
  if (text === undefined) return undefined;
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  if (index !== undefined && count !== undefined && Number(index) < Number(count))
    return { index: Number(index), count: Number(count) };
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --shard: got ${showValue(text)}`, {
    field: "--shard",
    hint: "Write it as i/n, counted from 0: 0/4 to 3/4.",
  });
}

function orderOf(text: string | undefined): TrainingSetInit["order"] {
  if (text === undefined || text === "labels" || text === "event-time") return text;
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --order: got ${showValue(text)}`, {
    field: "--order",
    hint: "Use labels or event-time.",
  });
}
