import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import type { FeatureService, ValueType } from "@timewell/contracts";
import { compileExpression } from "@timewell/transforms";
import { checkType } from "./check-type.ts";
import { checkName, type NameUse } from "./check-name.ts";
import { definitionError } from "./definition-error.ts";
import { onDemandFeaturesMax, requestFieldsMax } from "./limits.ts";
import { declaredInputs } from "./on-demand-inputs.ts";
import type { ResolvedUse } from "./resolved-use.ts";
import { checkDescription } from "./validate-labels.ts";
import { featureTypeOf } from "./value-types.ts";

/**
 * Checks the request data and the on-demand features of a service, whose uses are valid. Throws INVALID_NAME,
 * INVALID_DEFINITION or LIMIT_EXCEEDED.
 */
export function validateOnDemand(service: FeatureService, uses: readonly ResolvedUse[]): void {
  const path = `feature_services[${service.name}]`;
  const fieldsPath = `${path}.request_data`;
  const featuresPath = `${path}.on_demand_features`;
  checkCount(fieldsPath, service.requestData.length, requestFieldsMax);
  checkCount(featuresPath, service.onDemandFeatures.length, onDemandFeaturesMax);
  const taken = new Map<string, string>();
  for (const use of uses) {
    taken.set(protoCamelCase(use.name), `view or alias ${use.name}`);
    for (const { name } of use.requestKeys) taken.set(protoCamelCase(name), `request key ${name}`);
  }
  service.requestData.forEach((field, i) => checkField(field, "request field", fieldsPath, i, taken));
  service.onDemandFeatures.forEach((field, i) =>
    checkField(field, "on-demand feature", featuresPath, i, taken),
  );
  const inputs = declaredInputs(service, uses);
  for (const { name, expression, type, dimension } of service.onDemandFeatures) {
    const source = { path: `${featuresPath}[${name}].expression`, text: expression };
    compileExpression(source, inputs, { type: featureTypeOf(type), dimension });
  }
}

function checkCount(path: string, count: number, countMax: number): void {
  if (count <= countMax) return;
  const problem = `got ${count}, at most ${countMax} are allowed`;
  throw definitionError(path, problem, "Split the service.", "LIMIT_EXCEEDED");
}

/** What request fields and on-demand features have in common. */
interface TypedField {
  readonly name: string;
  readonly type: ValueType;
  readonly dimension: number;
  readonly description: string;
}

/** `taken` holds the camelCase forms of all names so far, and what has them. */
function checkField(
  field: TypedField,
  use: Extract<NameUse, "request field" | "on-demand feature">,
  listPath: string,
  index: number,
  taken: Map<string, string>,
): void {
  const { name, type, dimension, description } = field;
  const path = `${listPath}[${name === "" ? index : name}]`;
  checkName(use, name, `${path}.name`);
  const form = protoCamelCase(name);
  const other = taken.get(form);
  if (other !== undefined) {
    const problem = `${other} has ${other.endsWith(` ${name}`) ? "this name" : `the same camelCase form ${form}`}`;
    throw definitionError(`${path}.name`, problem, "Rename one of them.", "INVALID_NAME");
  }
  taken.set(form, `${use} ${name}`);
  checkType(type, dimension, path);
  checkDescription(description, `${path}.description`);
}
