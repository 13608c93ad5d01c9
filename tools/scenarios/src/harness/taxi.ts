import { create } from "@bufbuild/protobuf";
import { type Definitions, DefinitionsSchema } from "@timewell/contracts";
import {
  csvSource,
  double,
  type Definition,
  entity,
  featureService,
  featureView,
  int64,
  parquetSource,
  string,
} from "@timewell/define";

/** The project of the scenarios. */
export const project = "taxi";

const zone = entity({ name: "zone", joinKeys: { zone: "string" } });
const route = entity({ name: "route", joinKeys: { pickup: "string", dropoff: "string" } });
const driver = entity({ name: "driver", joinKeys: { driver: "int64" } });

/** Simple key, Parquet source, no available times. */
const zoneHourly = featureView({
  name: "zone_hourly",
  entity: zone,
  features: { trips: int64(), mean_fare: double() },
  ttl: "6h",
  source: parquetSource({ path: "zone_hourly.parquet", eventTime: "at" }),
});

/** Composite key, CSV source with a created column. */
const routeDaily = featureView({
  name: "route_daily",
  entity: route,
  features: { minutes: double(), note: string() },
  source: csvSource({ path: "route_daily.csv", eventTime: "at", createdTime: "created" }),
});

/** Composite key, pushed only. */
const routeLive = featureView({
  name: "route_live",
  entity: route,
  features: { waiting: int64(), minutes: double() },
  ttl: "1h",
});

/** Simple key of another type, pushed only. */
const driverLive = featureView({
  name: "driver_live",
  entity: driver,
  features: { trips: int64(), note: string() },
});

/** Everything of pushed and of batch views, one view twice under aliases. */
const etaV1 = featureService({
  name: "eta_v1",
  views: [
    zoneHourly.as("pickup_zone", { joinKeys: { zone: "pickup" } }),
    zoneHourly.select("mean_fare").as("dropoff_zone", { joinKeys: { zone: "dropoff" } }),
    routeDaily,
    routeLive,
  ],
});

const driverV1 = featureService({ name: "driver_v1", views: [driverLive] });

/** What the scenarios apply. */
export const taxi = [zone, route, driver, zoneHourly, routeDaily, routeLive, driverLive, etaV1, driverV1];

/** Definitions as the registry takes them. */
export function definitionsOf(items: readonly Definition[]): Definitions {
  const bundle = create(DefinitionsSchema);
  for (const { message } of items) {
    if (message.$typeName === "timewell.types.v1.Entity") bundle.entities.push(message);
    else if (message.$typeName === "timewell.types.v1.FeatureView") bundle.featureViews.push(message);
    else bundle.featureServices.push(message);
  }
  return bundle;
}
