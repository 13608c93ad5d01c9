import { clone, create } from "@bufbuild/protobuf";
import {
  ChangeSchema,
  FeatureViewStateSchema,
  SnapshotSchema,
  type Change_Action,
  type Change_Detail,
  type Entity,
  type FeatureServiceState,
  type FeatureViewState,
  type Retired,
  type Snapshot,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { DefinitionPlan, PlanMeta } from "./definition-plan.ts";
import type { KnownKind } from "./definition-kind.ts";

/** A change on its way into a plan. */
export interface DraftChange {
  readonly kind: KnownKind;
  readonly name: string;
  readonly action: Change_Action;
  readonly details: Change_Detail[];
}

/** What a snapshot holds besides its version; in any order. New view versions have id 0. */
export interface DraftContent {
  readonly entities: readonly Entity[];
  readonly featureViews: readonly FeatureViewState[];
  readonly featureServices: readonly FeatureServiceState[];
  readonly retired: readonly Retired[];
}

/** Puts changes and content in order, and makes the plan that builds the next snapshot from them. */
export function makePlan(
  current: Snapshot | undefined,
  project: string,
  changes: readonly DraftChange[],
  content: DraftContent,
): DefinitionPlan {
  const views = content.featureViews.toSorted((a, b) => compareText(a.name, b.name));
  const newViewVersions = views.flatMap((view) => view.versions).filter((version) => version.id === 0).length;
  const baseVersion = current?.version ?? 0n;
  const build = (meta: PlanMeta): Snapshot => {
    if (changes.length === 0 && current !== undefined) return current;
    if (meta.viewIds.length !== newViewVersions) {
      const problem = `Cannot build the snapshot: got ${meta.viewIds.length} view ids, expected ${newViewVersions}`;
      throw new FeatureStoreError("INTERNAL", problem);
    }
    const ids = meta.viewIds.values();
    return create(SnapshotSchema, {
      project,
      version: baseVersion + 1n,
      appliedAtUs: meta.appliedAtUs,
      appliedBy: meta.appliedBy,
      entities: content.entities.toSorted((a, b) => compareText(a.name, b.name)),
      featureViews: views.map((view) => completed(view, ids, meta.appliedAtUs)),
      featureServices: content.featureServices.toSorted((a, b) =>
        compareText(a.definition!.name, b.definition!.name),
      ),
      retired: content.retired.toSorted((a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name)),
    });
  };
  return Object.freeze({
    baseVersion,
    changes: changes
      .toSorted((a, b) => a.kind - b.kind || compareText(a.name, b.name))
      .map((change) => create(ChangeSchema, { ...change })),
    newViewVersions,
    build,
  });
}

/** Gives new versions an id, and windowed ones that also read source files the time at which they go over to the log. */
function completed(view: FeatureViewState, ids: Iterator<number>, appliedAtUs: bigint): FeatureViewState {
  if (view.versions.every((version) => version.id !== 0)) return view;
  const copy = clone(FeatureViewStateSchema, view);
  for (const version of copy.versions) {
    if (version.id !== 0) continue;
    version.id = ids.next().value!;
    const { eventFields, batchSource } = version.definition!;
    if (eventFields.length > 0 && batchSource !== undefined) version.cutOverUs ??= appliedAtUs;
  }
  return copy;
}

/** By code unit, which for names is the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
