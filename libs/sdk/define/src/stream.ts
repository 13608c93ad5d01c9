import { create } from "@bufbuild/protobuf";
import { StreamFormat, type StreamSource, StreamSourceSchema, TimeUnit } from "@timewell/contracts";
import { durationMs, type Duration } from "./duration.ts";
import { freeze } from "./freeze.ts";
import { invalidDefinition } from "./invalid-definition.ts";

/** What `kafkaStream()` takes. */
export interface KafkaStreamOptions {
  /** Name of the topic. */
  readonly topic: string;
  /** How the values of records are encoded: JSON objects, or Protobuf messages without the header of a schema registry. */
  readonly format: "json" | "protobuf";
  /** Path of the event time in the value, names joined by dots. Left out: the time of the record itself. */
  readonly eventTime?: string;
  /** What a number in the event time counts. Left out: microseconds. Text is read as RFC 3339. */
  readonly eventTimeUnit?: "us" | "ms" | "s";
  /** Feature, event field or join key name to its path in the value, where they differ. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Records whose event time is further back than this when they arrive go to quarantine. Left out: none does. */
  readonly allowedLateness?: Duration;
  /** Protobuf only: full name of the message that a value is. */
  readonly message?: string;
  /** Protobuf only: the bytes of a FileDescriptorSet with the message and all that it imports. */
  readonly descriptorSet?: Uint8Array;
  /** Path of a boolean that is true in records that delete. Left out: records with an empty value and the keys as JSON in the record's key delete. */
  readonly delete?: string;
}

/** A topic whose records are written to a view. */
export interface StreamDefinition extends KafkaStreamOptions {
  readonly columns: Readonly<Record<string, string>>;
}

const formats = { json: StreamFormat.JSON, protobuf: StreamFormat.PROTOBUF } as const;
const units = { us: TimeUnit.MICROSECONDS, ms: TimeUnit.MILLISECONDS, s: TimeUnit.SECONDS } as const;

/**
 * A topic of the Kafka cluster that ingestion is connected to.
 *
 * @example
 * stream: kafkaStream({ topic: "departures", format: "json", eventTime: "at", columns: { delay: "delay.minutes" } })
 */
export function kafkaStream(options: KafkaStreamOptions): StreamDefinition {
  return freeze({ ...options, columns: { ...options.columns } });
}

/** The message of a topic. INVALID_DEFINITION naming `path` for a duration, a format or a unit that cannot be read. */
export function streamMessage(stream: StreamDefinition, path: string): StreamSource {
  const { allowedLateness, eventTimeUnit } = stream;
  return create(StreamSourceSchema, {
    topic: stream.topic,
    format: choose(formats, stream.format, `${path}.format`),
    eventTimeField: stream.eventTime ?? "",
    ...(eventTimeUnit !== undefined && {
      eventTimeUnit: choose(units, eventTimeUnit, `${path}.event_time_unit`),
    }),
    fieldMapping: { ...stream.columns },
    ...(allowedLateness !== undefined && {
      allowedLatenessMs: durationMs(allowedLateness, `${path}.allowed_lateness`),
    }),
    messageName: stream.message ?? "",
    ...(stream.descriptorSet && { descriptorSet: Uint8Array.from(stream.descriptorSet) }),
    deleteField: stream.delete ?? "",
  });
}

function choose<T>(choices: Readonly<Record<string, T>>, name: string, path: string): T {
  if (Object.hasOwn(choices, name)) return choices[name]!;
  throw invalidDefinition(path, name, `one of ${Object.keys(choices).join(", ")}`);
}
