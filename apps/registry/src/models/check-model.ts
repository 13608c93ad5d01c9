import type { Model } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { labelCharsMax, referencesMax, tagsMax } from "@timewell/model";
import { checkText, nameCharsMax } from "./check-text.ts";

const uriCharsMax = 4_096;
const trainingSetIdPattern = /^ts_[0-9a-f]{32}$/;

/** Most features of a model, over all its views. */
export const modelFeaturesMax = 10_000;

/** Checks what can be checked of a model without its project. Throws INVALID_REQUEST or LIMIT_EXCEEDED naming the field. */
export function checkModel(model: Model): void {
  checkText(model.name, "model.name", nameCharsMax);
  checkText(model.version, "model.version", nameCharsMax);
  checkText(model.uri, "model.uri", uriCharsMax, "may be empty");
  if (model.trainingSetId !== "" && !trainingSetIdPattern.test(model.trainingSetId)) {
    throw invalid(
      "model.training_set_id",
      `got ${showValue(model.trainingSetId)}, expected ts_ and 32 hexadecimal digits`,
      "Take the id from the receipt of the training set",
    );
  }
  if (model.registryVersion === 0n) {
    throw invalid(
      "model.registry_version",
      "got 0, expected the version of the project that the features were resolved with",
      "Take it from the receipt of the training set",
    );
  }
  checkViews(model);
  checkTags(model.tags);
}

function checkViews({ views, featureService }: Model): void {
  if (views.length === 0 && featureService === "") {
    throw invalid(
      "model.views",
      "got neither views nor a feature service",
      "Name the feature service that the model reads, or its views and features",
    );
  }
  const features = views.reduce((sum, view) => sum + view.features.length, 0);
  checkCount(views.length, referencesMax, "model.views");
  checkCount(features, modelFeaturesMax, "model.views.features");
}

function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  checkCount(entries.length, tagsMax, "model.tags");
  for (const [name, value] of entries) {
    checkText(name, "model.tags", labelCharsMax);
    checkText(value, `model.tags[${name}]`, labelCharsMax, "may be empty");
  }
}

function checkCount(count: number, countMax: number, field: string): void {
  if (count <= countMax) return;
  throw new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot use ${field}: got ${count}, at most ${countMax} are allowed`,
    {
      field,
    },
  );
}

function invalid(field: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", `Cannot record the model: ${problem}`, { field, hint });
}
