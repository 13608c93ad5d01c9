import { servedFeatures } from "../../fixtures/serving-definitions.ts";
import type { RowValues } from "./typed-reader.ts";

/** How a request of Feast says what it wants: a feature service by name, or every feature by reference. */
export type FeastAsk = "service" | "list";

/** Path of Feast's REST method. */
export const feastRestPath = "/get-online-features";

/** The JSON body of a request to Feast's feature server. */
export function feastRestBody(ask: FeastAsk, ids: readonly number[]): string {
  const wanted =
    ask === "service"
      ? { feature_service: "model" }
      : { features: servedFeatures.map((feature) => `rides:${feature}`) };
  return JSON.stringify({ ...wanted, entities: { entity_id: ids } });
}

interface FeastAnswer {
  readonly metadata: { readonly feature_names: readonly string[] };
  readonly results: readonly { readonly values: readonly number[]; readonly statuses: readonly string[] }[];
}

/** Asks a feature server; returns the text of its answer. */
export async function postFeast(url: string, body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}${feastRestPath}`, { method: "POST", headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`Feast answered ${response.status}: ${text.slice(0, 500)}`);
  return text;
}

/** The values of an answer, by row. */
export function feastValues(text: string, rows: number): RowValues[] {
  const { metadata, results } = JSON.parse(text) as FeastAnswer;
  const columns = servedFeatures.map((feature) => results[metadata.feature_names.indexOf(feature)]);
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column) => (column?.statuses[row] === "PRESENT" ? column.values[row]! : null)),
  );
}
