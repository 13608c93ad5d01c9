import {
  bytesOption,
  choiceOption,
  durationOption,
  integerOption,
  offlineOptions,
  registryOptions,
  serviceOptions,
  stringOption,
  urlOption,
} from "@timewell/service";
import type { QuarantineLimits } from "@timewell/store-ports";

import type { IngestionSettings } from "./ingestion-deps.ts";
import { type KafkaConfig, kafkaOptions, kafkaSettings } from "./streams/kafka-options.ts";

/** Options of ingestion's own behaviour, also offered by the standalone app. */
export const ingestionOptions = {
  futureTolerance: durationOption({
    describe: "Refuse pushed rows further in the future than this",
    default: "5m",
  }),
  grace: durationOption({ describe: "Forget rows that are older than ttl plus this", default: "30d" }),
  backlogRowsMax: integerOption({
    describe: "Refuse pushes while more rows than this wait to be applied online",
    default: 1_000_000,
    min: 1,
    max: 1_000_000_000,
  }),
  flushInterval: durationOption({
    describe: "Write log rows to Parquet segments this often",
    default: "60s",
  }),
  logRetention: durationOption({ describe: "Keep flushed rows in the log this long", default: "24h" }),
  compactAfter: integerOption({
    describe: "Merge segments of a view once so many are of a similar size",
    default: 16,
    min: 2,
    max: 1_000,
  }),
  segmentBytes: bytesOption({ describe: "Merge segments up to this size", default: "128MiB" }),
  segmentGrace: durationOption({
    describe:
      "Delete the files of merged segments after this long: the longest time that a training set takes",
    default: "1h",
  }),
  quarantineRetention: durationOption({ describe: "Drop refused rows after this long", default: "30d" }),
  quarantineRowsMax: integerOption({
    describe: "Keep this many refused rows of a view; where more come, the oldest go",
    default: 10_000,
    min: 1,
    max: 10_000_000,
  }),
  quarantineRowBytes: bytesOption({
    describe: "Keep this much of a refused row; what is longer is cut, and cannot be tried again",
    default: "64KiB",
  }),
  lease: durationOption({
    describe: "Let another process take a partition after this long without a sign of life",
    default: "15s",
  }),
  ...kafkaOptions,
};

/** Whether the online store forgets rows by itself; the default depends on the engine. */
export function expiryOption(fallback: "physical" | "none") {
  return choiceOption({
    describe: "physical: the online store drops rows past ttl plus grace; none: `timewell gc` does",
    choices: ["physical", "none"],
    default: fallback,
  });
}

/** Turns parsed options (durations in ms) into settings. */
export function ingestionSettings(
  config: KafkaConfig & {
    readonly futureTolerance: number;
    readonly grace: number;
    readonly backlogRowsMax: number;
    readonly flushInterval: number;
    readonly logRetention: number;
    readonly lease: number;
    readonly compactAfter: number;
    readonly segmentBytes: number;
    readonly segmentGrace: number;
    readonly quarantineRetention: number;
    readonly expiry: "physical" | "none";
  },
): IngestionSettings {
  return {
    futureToleranceUs: BigInt(config.futureTolerance) * 1000n,
    graceUs: BigInt(config.grace) * 1000n,
    expiry: config.expiry,
    backlogRowsMax: BigInt(config.backlogRowsMax),
    flushIntervalMs: config.flushInterval,
    logRetentionUs: BigInt(config.logRetention) * 1000n,
    leaseMs: config.lease,
    upkeep: {
      segmentsMin: config.compactAfter,
      segmentBytesMax: config.segmentBytes,
      segmentGraceUs: BigInt(config.segmentGrace) * 1000n,
      quarantineRetentionUs: BigInt(config.quarantineRetention) * 1000n,
    },
    kafka: kafkaSettings(config),
  };
}

/** Limits of the quarantine, for who opens the log. */
export function quarantineLimits(config: {
  readonly quarantineRowsMax: number;
  readonly quarantineRowBytes: number;
}): QuarantineLimits {
  return { rowsPerViewMax: config.quarantineRowsMax, rowBytesMax: config.quarantineRowBytes };
}

/** Options of the ingestion app. */
export const ingestionAppOptions = {
  ...serviceOptions("127.0.0.1:7404"),
  ...ingestionOptions,
  expiry: expiryOption("physical"),
  ...registryOptions(".timewell/ingestion"),
  // Not a urlOption: a Cluster may be named by several hosts.
  online: stringOption({
    describe: "Online store, Redis or Valkey",
    default: "redis://127.0.0.1:6379",
    secret: true,
  }),
  database: urlOption({
    describe: "PostgreSQL with the log and the manifest; the registry's own database",
    protocols: ["postgres:", "postgresql:"],
    default: "postgres://127.0.0.1:5432/timewell",
    secret: true,
  }),
  ...offlineOptions(),
};
