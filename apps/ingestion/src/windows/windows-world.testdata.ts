import { encodeKey } from "@timewell/keys";
import type { FeatureValue } from "@timewell/row";
import { isStoredTiles, payloadOf, readHeader } from "@timewell/row";
import { naiveWindows, type TileEvent } from "@timewell/transforms";

import { hourUs, type IngestionWorld } from "../ingestion-world.testdata.ts";
import { isWindowed, type WindowedView } from "./stored-tiles.ts";

/** One event of an airport, as a test pushes it. */
export interface Departure {
  readonly airport: string;
  readonly eventTimeUs: bigint;
  readonly flight: string | null;
  readonly delay: number | null;
}

/** Airports of random departures. */
export const airports: readonly string[] = ["SEA", "PDX", "GEG"];

/** Events that come late, out of order, and twice at one time; all of them at or before the instant they are pushed at. */
export function departure(i: number, nowUs: bigint): Departure {
  const backUs = [0n, 1n, 30n * 1_000_000n, hourUs / 3n, 2n * hourUs, 26n * hourUs][(i * 7) % 6]!;
  return {
    airport: airports[(i * 5) % 3]!,
    eventTimeUs: nowUs - backUs,
    flight: i % 7 === 0 ? null : `F${i}`,
    delay: i % 5 === 0 ? null : ((i * 13) % 40) - 3.5,
  };
}

/** The windowed view of that name. */
export function windowedView(world: IngestionWorld, name = "departures"): WindowedView {
  const view = world.view(name);
  if (!isWindowed(view)) throw new Error(`${name} has no windows`);
  return view;
}

/** The part of a view that is made of source files. */
export function batchPartOf({ id }: { readonly id: number }): number {
  return id + 2 ** 31;
}

/** What the online store answers for an airport at an instant. */
export async function onlineAnswer(
  world: IngestionWorld,
  airport: string,
  atUs: bigint,
  name = "departures",
): Promise<readonly FeatureValue[]> {
  const view = windowedView(world, name);
  const entityKey = encodeKey(["STRING"], [airport]);
  const rows = await world.deps.onlineStore.read([
    { viewId: view.id, entityKey },
    { viewId: batchPartOf(view), entityKey },
  ]);
  const [log, batch] = rows.map((row) => {
    if (row === undefined) return undefined;
    if (!isStoredTiles(row) || readHeader(row).eventTimeUs !== 0n) throw new Error("no tiles are stored");
    return payloadOf(row);
  });
  return view.windows.render(log, batch, atUs).values;
}

/** What the rule says. */
export function naiveAnswer(
  world: IngestionWorld,
  events: readonly Departure[],
  airport: string,
  atUs: bigint,
  name = "departures",
): FeatureValue[] {
  const history = events.map(({ eventTimeUs, flight, delay }, i): TileEvent & { airport: string } => ({
    airport: events[i]!.airport,
    eventTimeUs,
    order: BigInt(i),
    values: [flight, delay, null],
  }));
  const own = history.filter((event) => event.airport === airport);
  return naiveWindows(windowedView(world, name).windows.features, own, atUs);
}

/** A pushed row. */
export function pushRow({ airport, eventTimeUs, flight, delay }: Departure) {
  return {
    keys: { airport: { kind: { case: "stringValue" as const, value: airport } } },
    features: {
      ...(flight !== null && { flight: { kind: { case: "stringValue" as const, value: flight } } }),
      ...(delay !== null && { delay: { kind: { case: "doubleValue" as const, value: delay } } }),
    },
    eventTimeUs,
  };
}
