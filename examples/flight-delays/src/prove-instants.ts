import type { TimewellClient } from "@timewell/client";
import { breakOneRow } from "./break-one-row.ts";
import { compareOnline } from "./compare-online.ts";
import { delayV1 } from "./features.ts";
import { formatInstant, instantsUs } from "./instants.ts";
import type { Materializer } from "./materializer.ts";
import { answerNaively } from "./naive-service.ts";
import type { NaiveViews } from "./naive-views.ts";
import { project } from "./project.ts";
import { seededRandom } from "./random.ts";
import { sampleKeys } from "./sample-keys.ts";
import type { InstantSummary } from "./summary.ts";

const keysPerInstant = 1_000;
const keySeed = 20_010_101;

/** What the proof needs. */
export interface ProofOptions {
  readonly client: TimewellClient;
  readonly materializer: Materializer;
  readonly views: NaiveViews;
  /** Alter one online row before the last instant is read. */
  readonly breakOne: boolean;
}

/** What was proved. */
export interface Proof {
  readonly instants: readonly InstantSummary[];
  /** The altered row, for people; null where none was. */
  readonly broken: string | null;
  readonly differences: readonly string[];
}

/**
 * Proves that online answers are what the history says: brings the store forward to each instant, reads sampled keys as
 * of it, and compares every status and value with the naive loop.
 */
export async function proveInstants(options: ProofOptions): Promise<Proof> {
  const { client, materializer, views } = options;
  const random = seededRandom(keySeed);
  const routes = views.routeDaily.keys();
  const airports = views.airportHourly.keys().map(([airport = ""]) => airport);
  const instants: InstantSummary[] = [];
  const differences: string[] = [];
  let broken: string | null = null;
  for (const atUs of instantsUs) {
    const rowsMaterialized = await materializer.upTo(atUs);
    const keys = sampleKeys({ routes, airports, count: keysPerInstant, random });
    if (options.breakOne && atUs === instantsUs.at(-1)) {
      broken = await breakOneRow(client, views.routeDaily, keys, atUs);
    }
    const read = { project, service: delayV1.name, rows: keys.map((key) => ({ ...key })), asOf: atUs };
    const { rows } = await client.getOnlineFeatures(read);
    const comparison = compareOnline(rows, keys, (key) => answerNaively(views, key, atUs));
    const asOf = formatInstant(atUs);
    differences.push(...comparison.differences.map((line) => `as of ${asOf}: ${line}`));
    instants.push({
      asOf,
      rowsMaterialized,
      keys: keys.length,
      statuses: comparison.statuses,
      differences: comparison.differences.length,
    });
  }
  return { instants, broken, differences };
}
