import type { TimewellClient } from "@timewell/client";
import { routeDaily } from "./features.ts";
import type { NaiveView } from "./naive.ts";
import { project } from "./project.ts";
import type { FlightKey } from "./sample-keys.ts";

/**
 * Alters the online row of one of the keys as of `atUs`: pushes it again with another mean delay, under the event time
 * that it has. Returns which, for people. Throws where no key has a row, or the push is refused.
 */
export async function breakOneRow(
  client: TimewellClient,
  routes: NaiveView,
  keys: readonly FlightKey[],
  atUs: bigint,
): Promise<string> {
  const key = keys.find(
    ({ origin, destination }) => routes.at([origin, destination], atUs).status === "PRESENT",
  );
  if (key === undefined) throw new Error("Cannot break a row: no sampled route has one");
  const view = routeDaily.name;
  const read = { project, features: [`${view}:*`], rows: [{ ...key }], asOf: atUs, includeTimes: true };
  const [row] = (await client.getOnlineFeatures(read)).rows;
  const features = Object.fromEntries(
    routeDaily.featureNames.map((name) => [name, row?.values[`${view}__${name}`] ?? null]),
  );
  const altered = { ...features, mean_delay: Number(features["mean_delay"]) + 1 };
  const rows = [{ keys: { ...key }, features: altered, eventTime: row?.eventTimesUs?.[view] }];
  const [outcome] = await client.push({ project, view, rows, wait: "online" });
  if (outcome?.ok !== true)
    throw new Error(`Cannot break a row: ${outcome?.message ?? "the push was not answered"}`);
  return `${key.origin} to ${key.destination}, ${view}__mean_delay`;
}
