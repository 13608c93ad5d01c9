import type { NaiveAnswer, NaiveView } from "./naive.ts";
import type { NaiveViews } from "./naive-views.ts";
import type { FlightKey } from "./sample-keys.ts";

/** What one use of a view in `delay_v1` must answer. */
export interface NaiveUse extends NaiveAnswer {
  /** View or alias. */
  readonly name: string;
  /** Names of the answer's values, as in a training set. */
  readonly columns: readonly string[];
}

/** What the service `delay_v1` must answer for a flight at the instant `atUs`, µs UTC: its three uses, in their order. */
export function answerNaively(views: NaiveViews, key: FlightKey, atUs: bigint): readonly NaiveUse[] {
  const use = (name: string, view: NaiveView, viewKey: readonly string[]): NaiveUse => ({
    name,
    columns: view.featureColumns.map((column) => `${name}__${column}`),
    ...view.at(viewKey, atUs),
  });
  return [
    use("origin", views.airportHourly, [key.origin]),
    use("destination", views.airportHourly, [key.destination]),
    use("route_daily", views.routeDaily, [key.origin, key.destination]),
  ];
}
