import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AggregateFunction,
  DefinitionsSchema,
  FeatureViewSchema,
  FileFormat,
  ValueType,
  type Definitions,
} from "@timewell/contracts";

/** The plain form of a feature of a windowed view. */
export type WindowedFeatureInit = NonNullable<MessageInitShape<typeof FeatureViewSchema>["features"]>[number];

const hourMs = 3_600_000n;

/** Departures of an airport, aggregated; parts can be replaced. */
export function departures(parts: MessageInitShape<typeof FeatureViewSchema> = {}) {
  return create(FeatureViewSchema, {
    name: "departures",
    entity: "airport",
    eventFields: [
      { name: "flight_id", type: ValueType.STRING },
      { name: "delay", type: ValueType.DOUBLE },
      { name: "passengers", type: ValueType.INT32 },
    ],
    features: [
      windowed("count_1h", ValueType.INT64, AggregateFunction.COUNT),
      windowed("mean_delay_1h", ValueType.DOUBLE, AggregateFunction.MEAN, { input: "delay" }),
    ],
    ...parts,
  } as MessageInitShape<typeof FeatureViewSchema>);
}

/** A feature of one hour, where nothing else is said. */
export function windowed(
  name: string,
  type: ValueType,
  aggregate: AggregateFunction,
  parts: { input?: string; windowMs?: bigint; filter?: string; n?: number } = {},
): WindowedFeatureInit {
  return { name, type, aggregate: { function: aggregate, windowMs: hourMs, ...parts } };
}

/** A batch source of departures. */
export const departureFiles = {
  format: FileFormat.PARQUET,
  path: "departures",
  eventTimeColumn: "at",
};

/** Definitions with the view and its entity. */
export function withDepartures(parts: MessageInitShape<typeof FeatureViewSchema> = {}): Definitions {
  return create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
    featureViews: [departures(parts)],
  });
}
