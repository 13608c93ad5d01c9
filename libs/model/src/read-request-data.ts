import type { EntityRow } from "@timewell/contracts";
import { FeatureStoreError, suggest } from "@timewell/errors";
import type { FeatureValue } from "@timewell/row";
import type { Selection } from "./selection.ts";
import { valueToFeature } from "./value-to-feature.ts";

/**
 * Reads the request data of one row in the order of the selection's request fields; what is left out is NULL.
 * INVALID_REQUEST naming row and name where a name is unknown or a value has another type.
 */
export function readRequestData(selection: Selection, row: EntityRow, rowIndex: number): FeatureValue[] {
  const { requestData } = selection;
  for (const name in row.requestData) {
    if (requestData.some((field) => field.name === name)) continue;
    const where = `rows[${rowIndex}].request_data.${name}`;
    const names = requestData.map((field) => field.name);
    const hint =
      names.length === 0 ? "Send none: these features take none." : suggest(name, names, "request data");
    throw invalid(where, `Cannot use ${where}: there is no such request data`, hint);
  }
  return requestData.map((field) => {
    const value = Object.hasOwn(row.requestData, field.name) ? row.requestData[field.name] : undefined;
    const where = `rows[${rowIndex}].request_data.${field.name}`;
    try {
      return valueToFeature(value, field, where);
    } catch (error) {
      const { message, field: place } = FeatureStoreError.from(error);
      const problem = message.slice(message.indexOf(": ") + 2);
      throw invalid(
        place,
        `Cannot use ${place}: ${problem.replace(/\. .*$/, "")}`,
        `Send ${field.name} as ${field.type}.`,
      );
    }
  });
}

function invalid(field: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", problem, { field, hint });
}
