import {
  delayV1Status,
  type DelayV1Client,
  type DelayV1Row,
  type DelayV1Status,
} from "./gen/delay_v1_client.ts";
import { inputNames, probabilityOf, type InputName, type Inputs, type Model } from "./model.ts";
import type { PredictRequest } from "./predict-request.ts";

/** The answer to `POST /predict`. */
export interface Prediction {
  /** That the flight leaves more than 15 minutes late, 0 to 1. */
  readonly probability: number;
  /** What the model read; null where there was no value. */
  readonly features: Inputs;
  /** How the read of each view ended. */
  readonly statuses: Readonly<Record<"origin" | "destination" | "route_daily", DelayV1Status>>;
  /** Features without a value, which counted as their mean; the fewer, the better the prediction. */
  readonly imputed: readonly InputName[];
  /** When the features were read, ISO 8601. */
  readonly served_at: string;
  /** Revision of the feature service that answered. */
  readonly service_revision: number;
}

/** How to reach the features. */
export interface PredictOptions {
  /** How long reading them may take, ms. */
  readonly timeoutMs: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Reads the features of a flight as of its departure, and predicts. Rejects with a ServiceError where they cannot be read. */
export async function predict(
  client: DelayV1Client,
  model: Model,
  { origin, destination, departureUs }: PredictRequest,
  options: PredictOptions,
): Promise<Prediction> {
  const { rows, servedAtUs, serviceRevision } = await client.get([{ origin, destination }], {
    asOfUs: departureUs,
    allowPartial: true,
    ...options,
  });
  const row = rows[0]!;
  const features = inputsOf(row);
  return {
    probability: probabilityOf(model, features),
    features,
    statuses: {
      origin: delayV1Status(row, "origin"),
      destination: delayV1Status(row, "destination"),
      route_daily: delayV1Status(row, "routeDaily"),
    },
    imputed: inputNames.filter((name) => features[name] === null),
    served_at: new Date(Number(servedAtUs / 1_000n)).toISOString(),
    service_revision: serviceRevision,
  };
}

/** The inputs of the model from a typed row: a view that is not PRESENT is undefined, and so is a NULL in one that is. */
function inputsOf({ origin, destination, routeDaily }: DelayV1Row): Inputs {
  return {
    origin__departures: numberOf(origin?.departures),
    origin__mean_delay: numberOf(origin?.meanDelay),
    origin__share_late: numberOf(origin?.shareLate),
    destination__departures: numberOf(destination?.departures),
    destination__mean_delay: numberOf(destination?.meanDelay),
    destination__share_late: numberOf(destination?.shareLate),
    route_daily__flights: numberOf(routeDaily?.flights),
    route_daily__mean_delay: numberOf(routeDaily?.meanDelay),
    route_daily__p90_delay: numberOf(routeDaily?.p90Delay),
  };
}

function numberOf(value: number | bigint | undefined): number | null {
  return value === undefined ? null : Number(value);
}
