import { toJson } from "@bufbuild/protobuf";
import { DefinitionsSchema } from "@timewell/contracts";
import { expect, test } from "vitest";
import { collectDefinitions } from "./collect-definitions.ts";
import { entity } from "./entity.ts";
import { featureView } from "./feature-view.ts";
import { kafkaStream, type KafkaStreamOptions } from "./stream.ts";
import { double } from "./value-type.ts";

const airport = entity({ name: "airport", joinKeys: { airport: "string" } });

function streamOf(options: KafkaStreamOptions) {
  const view = featureView({
    name: "departures",
    entity: airport,
    features: { delay: double() },
    stream: kafkaStream(options),
  });
  const { featureViews } = toJson(DefinitionsSchema, collectDefinitions({ view })) as {
    featureViews: { streamSource: unknown }[];
  };
  return featureViews[0]!.streamSource;
}

test("kafkaStream() names a topic with JSON by little", () => {
  expect(streamOf({ topic: "departures", format: "json" })).toEqual({
    topic: "departures",
    format: "STREAM_FORMAT_JSON",
  });
});

test("kafkaStream() carries everything that a topic can have", () => {
  const stream = streamOf({
    topic: "departures",
    format: "protobuf",
    eventTime: "at",
    eventTimeUnit: "ms",
    columns: { delay: "delay.minutes" },
    allowedLateness: "1h",
    message: "flights.Departure",
    descriptorSet: Uint8Array.of(1, 2),
    delete: "cancelled",
  });
  expect(stream).toEqual({
    topic: "departures",
    format: "STREAM_FORMAT_PROTOBUF",
    eventTimeField: "at",
    eventTimeUnit: "TIME_UNIT_MILLISECONDS",
    fieldMapping: { delay: "delay.minutes" },
    allowedLatenessMs: "3600000",
    messageName: "flights.Departure",
    descriptorSet: "AQI=",
    deleteField: "cancelled",
  });
});

test("kafkaStream() with a unit or a duration that there is not is refused by name", () => {
  const parts = { topic: "departures", format: "json" } as const;
  expect(() => streamOf({ ...parts, eventTimeUnit: "ns" as "us" })).toThrow(
    'Cannot accept feature_views[departures].stream_source.event_time_unit: got "ns", expected one of us, ms, s',
  );
  expect(() => streamOf({ ...parts, allowedLateness: "soon" as "1h" })).toThrow(
    "Cannot accept feature_views[departures].stream_source.allowed_lateness",
  );
});
