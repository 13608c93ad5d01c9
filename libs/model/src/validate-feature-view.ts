import type { Entity, Feature, FeatureView } from "@timewell/contracts";
import { checkDistinct } from "./check-distinct.ts";
import { checkType } from "./check-type.ts";
import { checkName } from "./check-name.ts";
import { compileConstraints } from "./constraints/compile-constraints.ts";
import { definitionError } from "./definition-error.ts";
import { durationMaxMs, featuresMax } from "./limits.ts";
import { validateBatchSource } from "./validate-batch-source.ts";
import { checkDescription, validateLabels } from "./validate-labels.ts";
import { validateSchedule } from "./validate-schedule.ts";
import { validateStreamSource } from "./validate-stream-source.ts";
import { validateWindows } from "./windows/validate-windows.ts";

/**
 * Checks a view against its entity; the view's name is checked already. Throws INVALID_NAME, INVALID_DEFINITION or
 * LIMIT_EXCEEDED.
 */
export function validateFeatureView(view: FeatureView, entity: Entity): void {
  const path = `feature_views[${view.name}]`;
  const count = view.features.length;
  if (count === 0)
    throw definitionError(`${path}.features`, "got none, expected at least 1", "Add a feature.");
  if (count > featuresMax) {
    const problem = `got ${count} features, at most ${featuresMax} are allowed`;
    throw definitionError(`${path}.features`, problem, "Split the view.", "LIMIT_EXCEEDED");
  }
  view.features.forEach((feature, i) => validateFeature(feature, `${path}.features`, i));
  const featurePath = (name: string) => `${path}.features[${name}]`;
  checkDistinct(
    view.features.map((feature) => feature.name),
    "feature",
    featurePath,
  );
  for (const key of entity.joinKeys) {
    if (!view.features.some((feature) => feature.name === key.name)) continue;
    const problem = `${key.name} is a join key of entity ${entity.name}`;
    throw definitionError(featurePath(key.name), problem, "Remove the feature: keys come with every row.");
  }
  if (view.ttlMs < 0n || view.ttlMs > durationMaxMs) {
    const problem = `got ${view.ttlMs} ms, expected 0 (for ever) or a positive duration up to ${durationMaxMs} ms`;
    throw definitionError(`${path}.ttl`, problem, "Write it like 6h.");
  }
  validateWindows(view, entity);
  const incoming = view.eventFields.length > 0 ? view.eventFields : view.features;
  if (view.batchSource !== undefined) {
    const names = [...entity.joinKeys, ...incoming].map(({ name }) => name);
    validateBatchSource(view.batchSource, names, `${path}.batch_source`);
  }
  compileConstraints(view, entity);
  validateSchedule(view, `${path}.schedule`);
  if (view.streamSource !== undefined) {
    const isWindowed = view.eventFields.length > 0;
    const target = {
      keys: entity.joinKeys.map((key) => key.name),
      fields: (isWindowed ? view.eventFields : view.features).map((field) => field.name),
      isWindowed,
    };
    validateStreamSource(view.streamSource, target, `${path}.stream_source`);
  }
  validateLabels(view, path);
}

function validateFeature(feature: Feature, listPath: string, index: number): void {
  const path = `${listPath}[${feature.name === "" ? index : feature.name}]`;
  checkName("feature", feature.name, `${path}.name`);
  checkType(feature.type, feature.dimension, path);
  checkDescription(feature.description, `${path}.description`);
}
