import { Status } from "@timewell/contracts";
import type { Clients } from "./clients.ts";
import { project } from "./taxi.ts";
import { type Plain, plainOf, values } from "./values.ts";

const statusNames = new Map<Status, string>(Object.entries(Status).map(([name, status]) => [status, name]));

/** What online serving answered for one entity row. */
export interface OnlineAnswer {
  /** The instant that was asked for; where none was, that of the answer, µs. */
  readonly atUs: bigint;
  readonly keys: Readonly<Record<string, Plain>>;
  /** By column. */
  readonly values: Readonly<Record<string, Plain>>;
  /** Name of the status by view or alias. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** Reads a service of the project online. */
export async function readOnline(
  { serving }: Pick<Clients, "serving">,
  service: string,
  rows: readonly Readonly<Record<string, Plain>>[],
  asOfUs?: bigint,
): Promise<OnlineAnswer[]> {
  const response = await serving.getOnlineFeatures({
    project,
    selection: { case: "featureService", value: service },
    rows: rows.map((keys) => ({ keys: values(keys) })),
    ...(asOfUs === undefined ? {} : { options: { asOfUs } }),
  });
  return response.rows.map((row, i) => ({
    atUs: asOfUs ?? response.servedAtUs,
    keys: rows[i] ?? {},
    values: Object.fromEntries(
      response.names.map((name, c) => {
        const found = row.values[c];
        return [name, found === undefined ? null : plainOf(found)];
      }),
    ),
    statuses: Object.fromEntries(
      response.views.map(({ name }, v) => [
        name,
        statusNames.get(row.statuses[v] ?? Status.UNSPECIFIED) ?? "",
      ]),
    ),
  }));
}
