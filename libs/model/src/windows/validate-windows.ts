import { ValueType, type Entity, type Feature, type FeatureView } from "@timewell/contracts";
import {
  compileEventFilter,
  compileTiles,
  hopOf,
  windowFunctions,
  windowInputTypes,
  windowMaxUs,
  windowMinUs,
  windowResultType,
} from "@timewell/transforms";
import { formatDuration, isTime, timeRangeText } from "@timewell/ttl";
import { checkDistinct } from "../check-distinct.ts";
import { checkName } from "../check-name.ts";
import { checkType } from "../check-type.ts";
import { definitionError } from "../definition-error.ts";
import { featuresMax, lastEventsMax, tileBytesMax } from "../limits.ts";
import { showType } from "../show-type.ts";
import { checkDescription } from "../validate-labels.ts";
import { featureTypeOf, valueTypeOf } from "../value-types.ts";
import { eventInputs } from "./event-inputs.ts";
import { answerBytes } from "./value-bytes-max.ts";
import { windowFeaturesOf } from "./window-features-of.ts";
import { windowFunctionOf } from "./window-function-of.ts";

const eventIdTypes: readonly ValueType[] = [ValueType.STRING, ValueType.BYTES, ValueType.INT64];

/**
 * Checks what windows add to a view, whose features' names and types are checked already. Throws INVALID_NAME, INVALID_DEFINITION or
 * LIMIT_EXCEEDED.
 */
export function validateWindows(view: FeatureView, entity: Entity): void {
  const path = `feature_views[${view.name}]`;
  if (view.eventFields.length === 0) return refuseWindows(view, path);
  checkEventFields(view, entity, `${path}.event_fields`);
  if (view.ttlMs !== 0n) {
    const hint = "Leave it out: windows say how far back an event counts.";
    throw definitionError(`${path}.ttl`, "a view with windows has no ttl", hint);
  }
  for (const feature of view.features) checkAggregate(view, feature, `${path}.features[${feature.name}]`);
  checkEventId(view, `${path}.event_id_field`);
  checkCutOver(view, `${path}.cut_over_us`);
  checkSizes(view, path);
}

function refuseWindows(view: FeatureView, path: string): void {
  const hint = "Declare event_fields, or leave it out.";
  const problem = "the view has no event fields";
  const aggregated = view.features.find(({ aggregate }) => aggregate !== undefined);
  if (aggregated !== undefined)
    throw definitionError(`${path}.features[${aggregated.name}].aggregate`, problem, hint);
  if (view.eventIdField !== "") throw definitionError(`${path}.event_id_field`, problem, hint);
  if (view.cutOverUs !== undefined) throw definitionError(`${path}.cut_over_us`, problem, hint);
}

function checkEventFields({ eventFields }: FeatureView, entity: Entity, path: string): void {
  if (eventFields.length > featuresMax) {
    const problem = `got ${eventFields.length} event fields, at most ${featuresMax} are allowed`;
    throw definitionError(path, problem, "Split the view.", "LIMIT_EXCEEDED");
  }
  eventFields.forEach((field, i) => {
    const fieldPath = `${path}[${field.name === "" ? i : field.name}]`;
    checkName("feature", field.name, `${fieldPath}.name`);
    checkType(field.type, field.dimension, fieldPath);
    checkDescription(field.description, `${fieldPath}.description`);
    if (field.aggregate !== undefined) {
      throw definitionError(
        `${fieldPath}.aggregate`,
        "an event field is as it comes",
        "Give it to a feature.",
      );
    }
    if (entity.joinKeys.some((key) => key.name === field.name)) {
      const problem = `${field.name} is a join key of entity ${entity.name}`;
      throw definitionError(fieldPath, problem, "Remove the field: keys come with every event.");
    }
  });
  const names = eventFields.map(({ name }) => name);
  checkDistinct(names, "event field", (name) => `${path}[${name}]`);
}

function checkAggregate(view: FeatureView, feature: Feature, featurePath: string): void {
  const { aggregate } = feature;
  const path = `${featurePath}.aggregate`;
  if (aggregate === undefined) {
    throw definitionError(
      path,
      "there is none",
      "Every feature of a view with event fields aggregates them.",
    );
  }
  const name = windowFunctionOf(aggregate.function);
  if (name === undefined) {
    const hint = "Give it a function.";
    throw definitionError(`${path}.function`, `expected one of ${windowFunctions.join(", ")}`, hint);
  }
  const type = checkInput(view, name, aggregate.input, `${path}.input`);
  checkWindow(aggregate.windowMs, `${path}.window_ms`);
  const { n, filter } = aggregate;
  const isList = name === "LAST_N";
  if (isList ? n < 1 || n > lastEventsMax : n !== 0) {
    const problem = `got ${n}, expected ${isList ? `1 … ${lastEventsMax}` : `0 for ${name}`}`;
    throw definitionError(
      `${path}.n`,
      problem,
      "Say how many events LAST_N returns; other functions have none.",
    );
  }
  if (filter !== "") compileEventFilter({ path: `${path}.filter`, text: filter }, eventInputs(view));
  const expected = windowResultType(name, type);
  if (feature.type !== valueTypeOf(expected)) {
    const problem = `got ${showType(feature.type, feature.dimension)}, expected ${expected} for ${name}${type === undefined ? "" : ` of ${type}`}`;
    throw definitionError(`${featurePath}.type`, problem, "Give the feature the type of its aggregate.");
  }
}

function checkInput(
  view: FeatureView,
  name: NonNullable<ReturnType<typeof windowFunctionOf>>,
  input: string,
  path: string,
) {
  if (name === "COUNT") {
    if (input === "") return undefined;
    throw definitionError(path, "COUNT has no input", `Leave it out; filter by has(event.${input}).`);
  }
  const field = view.eventFields.find((candidate) => candidate.name === input);
  if (field === undefined) {
    const names = view.eventFields.map((candidate) => candidate.name).join(", ");
    throw definitionError(path, `there is no event field ${input || '""'}`, `Event fields are ${names}.`);
  }
  const type = featureTypeOf(field.type);
  const types = windowInputTypes(name);
  if (types.includes(type)) return type;
  const hint = `${name} takes ${types.join(", ")}.`;
  throw definitionError(path, `${name} does not take ${type}`, hint);
}

function checkWindow(windowMs: bigint, path: string): void {
  const windowUs = windowMs * 1_000n;
  if (windowUs === 0n) return;
  const show = (us: bigint) => formatDuration(Number(us / 1_000n));
  if (windowUs < windowMinUs || windowUs > windowMaxUs) {
    const problem = `got ${windowMs} ms, expected ${show(windowMinUs)} … ${show(windowMaxUs)}, or 0 for the lifetime`;
    throw definitionError(path, problem, "Write it like 1h.");
  }
  const hopUs = hopOf(windowUs);
  if (windowUs % hopUs === 0n) return;
  const problem = `got ${show(windowUs)}, which is no multiple of its hop, ${show(hopUs)}`;
  throw definitionError(path, problem, `Write ${show(windowUs - (windowUs % hopUs))}.`);
}

function checkEventId({ eventFields, eventIdField }: FeatureView, path: string): void {
  if (eventIdField === "") return;
  const field = eventFields.find(({ name }) => name === eventIdField);
  if (field === undefined) {
    const hint = "Declare it among the event fields.";
    throw definitionError(path, `there is no event field ${eventIdField}`, hint);
  }
  if (eventIdTypes.includes(field.type)) return;
  const problem = `${eventIdField} is ${showType(field.type, field.dimension)}, expected STRING, BYTES or INT64`;
  throw definitionError(path, problem, "Send the id as text.");
}

function checkCutOver({ batchSource, cutOverUs }: FeatureView, path: string): void {
  if (cutOverUs === undefined) return;
  if (batchSource === undefined) throw definitionError(path, "the view has no batch source", "Leave it out.");
  if (isTime(cutOverUs)) return;
  const problem = `got ${cutOverUs} µs, expected a time of ${timeRangeText}`;
  throw definitionError(path, problem, "Write microseconds since 1970.");
}

function checkSizes(view: FeatureView, path: string): void {
  const inputs = eventInputs(view);
  const features = windowFeaturesOf(view);
  const tiles = compileTiles(
    features,
    inputs.map(({ type }, i) => ({ number: i + 1, type })),
  );
  if (tiles.blobBytesMax > tileBytesMax) {
    const problem = `the windows keep up to ${tiles.blobBytesMax} bytes for an entity, at most ${tileBytesMax} are allowed`;
    throw definitionError(`${path}.features`, problem, "Split the view.", "LIMIT_EXCEEDED");
  }
  const { fixedBytes, texts, fixedBytesMax, textsMax } = answerBytes(features);
  if (fixedBytes <= fixedBytesMax && texts <= textsMax) return;
  const problem =
    fixedBytes > fixedBytesMax
      ? `an answer may take ${fixedBytes} bytes, at most ${fixedBytesMax} are allowed`
      : `an answer may hold ${texts} texts or byte strings, at most ${textsMax} are allowed`;
  throw definitionError(
    `${path}.features`,
    problem,
    "Ask for fewer events, or split the view.",
    "LIMIT_EXCEEDED",
  );
}
