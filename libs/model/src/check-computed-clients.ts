import type { FeatureService, ValueType } from "@timewell/contracts";
import { breakingChange } from "./breaking-change.ts";
import { showType } from "./show-type.ts";

/**
 * Refuses a change of request data or on-demand features that clients of the current revision could not live with: one
 * that goes, or that changes its type. Another expression is allowed. Throws BREAKING_CHANGE naming the service.
 */
export function checkComputedClients(before: FeatureService, after: FeatureService): void {
  const { name } = after;
  const path = `feature_services[${name}]`;
  checkFields(name, `${path}.request_data`, before.requestData, after.requestData, "send");
  checkFields(name, `${path}.on_demand_features`, before.onDemandFeatures, after.onDemandFeatures, "read");
}

interface TypedField {
  readonly name: string;
  readonly type: ValueType;
  readonly dimension: number;
}

function checkFields(
  service: string,
  listPath: string,
  before: readonly TypedField[],
  after: readonly TypedField[],
  use: string,
): void {
  const fields = new Map(after.map((field) => [field.name, field]));
  for (const old of before) {
    const path = `${listPath}[${old.name}]`;
    const now = fields.get(old.name);
    if (now === undefined) throw breakingChange(service, path, `clients ${use} it and it would be gone`);
    const was = showType(old.type, old.dimension);
    const is = showType(now.type, now.dimension);
    if (was !== is) throw breakingChange(service, path, `its type would change from ${was} to ${is}`);
  }
}
