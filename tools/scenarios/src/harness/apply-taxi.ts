import type { Definition } from "@timewell/define";
import type { Clients } from "./clients.ts";
import { eventually } from "./eventually.ts";
import { definitionsOf, project, taxi } from "./taxi.ts";

/** Applies definitions and waits until every app serves them. */
export async function applyTaxi(clients: Clients, items: readonly Definition[] = taxi): Promise<bigint> {
  const { version } = await clients.registry.apply({ project, definitions: definitionsOf(items) });
  await eventually(async () => {
    const { projects } = await clients.serving.getServingInfo({ project });
    if ((projects[0]?.version ?? 0n) < version) throw new Error("serving does not have the version yet");
    await clients.ingestion.getIngestionStatus({ project });
  });
  return version;
}
