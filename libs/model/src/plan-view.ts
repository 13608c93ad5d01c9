import { clone, create } from "@bufbuild/protobuf";
import {
  Change_Action,
  EntitySchema,
  FeatureViewSchema,
  FeatureViewStateSchema,
  FeatureViewVersionSchema,
  type Change_Detail,
  type Entity,
  type Feature,
  type FeatureView,
  type FeatureViewState,
  type FeatureViewVersion,
  type Retired,
} from "@timewell/contracts";
import { describeView } from "./describe-definition.ts";
import { diffDescriptions, isReordered } from "./diff-descriptions.ts";
import { assignNumbers, numberMax } from "./field-numbers.ts";
import { breaksWindows } from "./windows/breaks-windows.ts";

/** How one definition changes. */
export interface PlannedChange {
  readonly action: Change_Action;
  readonly details: Change_Detail[];
}

/** A view as an apply would leave it. */
export interface PlannedView {
  /** A new version in it has id 0 until the registry gives one. */
  readonly state: FeatureViewState;
  /** Undefined: nothing changes. */
  readonly change: PlannedChange | undefined;
}

/**
 * Plans one view, which was validated. Changing the entity or its join keys, removing a feature or changing its type, and
 * changing what a window computes, makes a new version; everything else updates the latest one.
 */
export function planView(
  current: FeatureViewState | undefined,
  retired: Retired | undefined,
  definition: FeatureView,
  entity: Entity,
): PlannedView {
  const latest = current?.versions.at(-1);
  const isNewVersion = latest === undefined || breaksRows(latest, definition, entity);
  const next = create(FeatureViewVersionSchema, {
    version: isNewVersion ? (latest?.version ?? retired?.version ?? 0) + 1 : latest.version,
    id: isNewVersion ? 0 : latest.id,
    schemaRevision: isNewVersion ? 1 : latest.schemaRevision + (changesSchema(latest, definition) ? 1 : 0),
    definition: clone(FeatureViewSchema, definition),
    entity: isNewVersion ? clone(EntitySchema, entity) : latest.entity!,
    fieldNumbers: assignNumbers(
      definition.features.map((feature) => feature.name),
      keptNumbers(latest, definition),
      highestNumber(current, retired),
    ),
    eventFieldNumbers: assignNumbers(
      definition.eventFields.map((field) => field.name),
      keptEventNumbers(isNewVersion ? undefined : latest),
      isNewVersion ? 0 : numberMax(latest.eventFieldNumbers, 0),
    ),
    ...cutOver(definition, isNewVersion ? undefined : latest),
  });
  const details = diffDescriptions(latest && describeView(latest), describeView(next));
  if (latest === undefined) {
    const state = create(FeatureViewStateSchema, { name: definition.name, versions: [next] });
    return { state, change: { action: Change_Action.CREATE, details } };
  }
  if (details.length === 0) return { state: current!, change: undefined };
  const older = isNewVersion ? current!.versions : current!.versions.slice(0, -1);
  return {
    state: create(FeatureViewStateSchema, { name: definition.name, versions: [...older, next] }),
    change: { action: isNewVersion ? Change_Action.NEW_VERSION : Change_Action.UPDATE, details },
  };
}

/** The highest field number that was ever given under the name of a view; 0 for none. */
export function highestNumber(current: FeatureViewState | undefined, retired: Retired | undefined): number {
  const versions = current?.versions ?? [];
  return versions.reduce(
    (max, version) => numberMax(version.fieldNumbers, max),
    retired?.fieldNumberMax ?? 0,
  );
}

/** True where rows of `latest` cannot answer for the definition. */
function breaksRows(latest: FeatureViewVersion, definition: FeatureView, entity: Entity): boolean {
  if (latest.definition!.entity !== definition.entity) return true;
  const oldKeys = latest.entity!.joinKeys;
  if (oldKeys.length !== entity.joinKeys.length) return true;
  if (
    oldKeys.some((key, i) => key.name !== entity.joinKeys[i]!.name || key.type !== entity.joinKeys[i]!.type)
  ) {
    return true;
  }
  if (breaksWindows(latest, definition)) return true;
  const features = new Map(definition.features.map((feature) => [feature.name, feature]));
  return latest.definition!.features.some((old) => !hasSameType(old, features.get(old.name)));
}

/** Event fields of a version keep their numbers: its events are read by them. */
function keptEventNumbers(latest: FeatureViewVersion | undefined): Map<string, number> {
  return new Map(Object.entries(latest?.eventFieldNumbers ?? {}));
}

/** When a view goes over from source files to the log; the registry fills in the time of the apply where none is given. */
function cutOver(definition: FeatureView, latest: FeatureViewVersion | undefined): { cutOverUs?: bigint } {
  const cutOverUs = definition.cutOverUs ?? latest?.cutOverUs;
  return cutOverUs === undefined ? {} : { cutOverUs };
}

/** True where the row message or the order of its columns changes. */
function changesSchema(latest: FeatureViewVersion, definition: FeatureView): boolean {
  const before = latest.definition!.features.map((feature) => feature.name);
  const after = definition.features.map((feature) => feature.name);
  if (before.length !== after.length || isReordered(before, after)) return true;
  return latest.definition!.eventFields.length !== definition.eventFields.length;
}

/** Numbers of the features of the latest version that go on with the same type. */
function keptNumbers(latest: FeatureViewVersion | undefined, definition: FeatureView): Map<string, number> {
  const old = new Map((latest?.definition?.features ?? []).map((feature) => [feature.name, feature]));
  const kept = definition.features.filter((feature) => hasSameType(feature, old.get(feature.name)));
  return new Map(kept.map((feature) => [feature.name, latest!.fieldNumbers[feature.name]!]));
}

function hasSameType(feature: Feature, other: Feature | undefined): boolean {
  return other !== undefined && feature.type === other.type && feature.dimension === other.dimension;
}
