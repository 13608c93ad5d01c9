import { setTimeout as sleep } from "node:timers/promises";
import type { TimewellClient } from "@timewell/client";
import { FeatureStoreError } from "@timewell/errors";
import { project } from "./project.ts";

/** The other services follow the registry within a second; this waits until serving and ingestion know the version. */
export async function untilFollowed(client: TimewellClient, version: bigint): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await isFollowed(client, version)) return;
    await sleep(50);
  }
  throw new Error(`Cannot go on: version ${version} of the project was not followed within 10 seconds`);
}

async function isFollowed(client: TimewellClient, version: bigint): Promise<boolean> {
  try {
    await client.ingestion.getIngestionStatus({ project });
    const { projects } = await client.serving.getServingInfo({ project });
    return projects.some((info) => info.version >= version);
  } catch (error) {
    if (error instanceof FeatureStoreError && error.kind === "PROJECT_NOT_FOUND") return false;
    throw error;
  }
}
