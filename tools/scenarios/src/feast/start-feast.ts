import { PushRow_Operation, Wait } from "@timewell/contracts";
import { definitionsOf } from "../harness/taxi.ts";
import { eventually } from "../harness/eventually.ts";
import { type Deployment, startApps, type StartOptions } from "../harness/start-apps.ts";
import { definitions, project, rows, timewellValues } from "./feast-data.ts";

/** Starts Timewell with the project of these scenarios and its rows. `atS` is what rows count their age from, seconds. */
export async function startFeastProject(options: StartOptions, atS: number): Promise<Deployment> {
  const deployment = await startApps(options);
  const { clients } = deployment;
  const { version } = await clients.registry.apply({ project, definitions: definitionsOf(definitions) });
  await eventually(async () => {
    const { projects } = await clients.serving.getServingInfo({ project });
    if ((projects[0]?.version ?? 0n) < version) throw new Error("serving does not have the version yet");
  });
  for (const [featureView, each] of Object.entries(rows)) {
    await clients.ingestion.push({
      project,
      featureView,
      wait: Wait.ONLINE,
      rows: each.map(({ keys, values, ageS }) => ({
        keys: timewellValues(keys),
        features: timewellValues(values),
        operation: PushRow_Operation.PUT,
        eventTimeUs: BigInt(atS - ageS) * 1_000_000n,
      })),
    });
  }
  return deployment;
}
