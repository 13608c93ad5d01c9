import { rm, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createTimewellClient, type TimewellClient } from "@timewell/client";
import { collectDefinitions } from "@timewell/define";
import {
  airport,
  airportHourly,
  dataDirectory,
  delayV1,
  Materializer,
  prepareData,
  project,
  route,
  routeDaily,
  startEmbedded,
  untilFollowed,
  type Deployment,
} from "@timewell/example-flight-delays";

/** A Timewell with the features of flights in it. */
export interface FlightFeatures extends Deployment {
  /** A client of all four services. */
  readonly client: TimewellClient;
}

/** How to start it. */
export interface StartOptions {
  /** Folder for everything that it keeps; emptied first. */
  readonly stateDirectory: string;
  /** Listen on 7401 to 7404 and 6566 instead of free ports. */
  readonly usualPorts?: boolean;
}

/** Starts Timewell in a process of its own and applies the definitions of the flight example; the online store is empty. */
export async function startTimewell({
  stateDirectory,
  usualPorts = false,
}: StartOptions): Promise<FlightFeatures> {
  await prepareData(dataDirectory);
  await rm(stateDirectory, { recursive: true, force: true });
  await mkdir(stateDirectory, { recursive: true });
  const deployment = await startEmbedded({ stateDirectory, dataRoot: dataDirectory, usualPorts });
  const client = createTimewellClient(deployment);
  const definitions = collectDefinitions({ airport, route, airportHourly, routeDaily, delayV1 });
  const { version } = await client.registry.apply({ project, definitions });
  await untilFollowed(client, version);
  return {
    ...deployment,
    client,
    async stop() {
      client.close();
      await deployment.stop();
    },
  };
}

/** Brings the online store forward to an instant, µs UTC, as if it were now; returns the rows that were read. */
export function fillUpTo(client: TimewellClient, atUs: bigint): Promise<number> {
  return new Materializer(client).upTo(atUs);
}

/** Where the scripts keep their Timewell: `out` of the repository. */
export const stateDirectory = join(import.meta.dirname, "../../../out/model-server");
