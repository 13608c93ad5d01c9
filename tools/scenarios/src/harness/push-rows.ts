import { PushRow_Operation, Wait } from "@timewell/contracts";
import type { Clients } from "./clients.ts";
import { project } from "./taxi.ts";
import { type Plain, values } from "./values.ts";

/** One row to push; without features it is a delete. */
export interface RowToPush {
  readonly keys: Readonly<Record<string, Plain>>;
  readonly features?: Readonly<Record<string, Plain>>;
  readonly eventTimeUs?: bigint;
}

/** Pushes rows and returns, for each, its position or what is wrong with it. */
export async function pushRows(
  { ingestion }: Pick<Clients, "ingestion">,
  featureView: string,
  rows: readonly RowToPush[],
  options: { readonly wait?: Wait; readonly requestId?: string; readonly timeoutMs?: number } = {},
) {
  const response = await ingestion.push(
    {
      project,
      featureView,
      wait: options.wait ?? Wait.ONLINE,
      requestId: options.requestId ?? "",
      rows: rows.map(({ keys, features, eventTimeUs }) => ({
        keys: values(keys),
        features: values(features ?? {}),
        operation: features === undefined ? PushRow_Operation.DELETE : PushRow_Operation.PUT,
        ...(eventTimeUs === undefined ? {} : { eventTimeUs }),
      })),
    },
    { timeoutMs: options.timeoutMs ?? 20_000 },
  );
  return response.results.map(({ outcome }) => outcome);
}

/** Now, µs. */
export function nowUs(): bigint {
  return BigInt(Date.now()) * 1_000n;
}
