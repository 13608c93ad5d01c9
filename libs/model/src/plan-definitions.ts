import { clone } from "@bufbuild/protobuf";
import {
  Change_Action,
  DefinitionKind,
  EntitySchema,
  type Definitions,
  type Entity,
  type FeatureServiceState,
  type FeatureViewState,
  type Snapshot,
} from "@timewell/contracts";
import { checkDefinitionNames } from "./check-definition-names.ts";
import { definitionError } from "./definition-error.ts";
import type { DefinitionPlan } from "./definition-plan.ts";
import { describeEntity } from "./describe-definition.ts";
import { diffDescriptions } from "./diff-descriptions.ts";
import { findRetired } from "./find-retired.ts";
import { makePlan, type DraftChange } from "./make-plan.ts";
import { planService } from "./plan-service.ts";
import { planView } from "./plan-view.ts";
import { resolveUses, useNameOf } from "./resolved-use.ts";
import { suggest } from "@timewell/errors";
import { validateEntity } from "./validate-entity.ts";
import { validateFeatureService } from "./validate-feature-service.ts";
import { validateFeatureView } from "./validate-feature-view.ts";

/**
 * Says what an apply of `definitions` would change; definitions that are not named stay as they are. Nothing is touched
 * before `build` is called, and that touches only what it returns.
 *
 * Definitions refer downward only, services to views and views to entities, so that no cycle can be written.
 *
 * Throws INVALID_NAME, INVALID_DEFINITION, LIMIT_EXCEEDED, ENTITY_NOT_FOUND, FEATURE_VIEW_NOT_FOUND, FEATURE_NOT_FOUND,
 * or BREAKING_CHANGE where a change would break the clients of a feature service. The field of the error is the dotted
 * path of the place.
 */
export function planDefinitions(
  current: Snapshot | undefined,
  project: string,
  definitions: Definitions,
): DefinitionPlan {
  checkDefinitionNames(current, project, definitions);
  const changes: DraftChange[] = [];
  const entities = planEntities(current, definitions, changes);
  const views = planViews(current, definitions, entities, changes);
  const services = planServices(current, definitions, views, changes);
  return makePlan(current, project, changes, {
    entities: [...entities.values()],
    featureViews: [...views.values()],
    featureServices: [...services.values()],
    retired: current?.retired ?? [],
  });
}

function planEntities(
  current: Snapshot | undefined,
  definitions: Definitions,
  changes: DraftChange[],
): Map<string, Entity> {
  const entities = new Map((current?.entities ?? []).map((entity) => [entity.name, entity]));
  for (const entity of definitions.entities) {
    validateEntity(entity);
    const old = entities.get(entity.name);
    const details = diffDescriptions(old && describeEntity(old), describeEntity(entity));
    if (details.length === 0) continue;
    entities.set(entity.name, clone(EntitySchema, entity));
    const action = old === undefined ? Change_Action.CREATE : Change_Action.UPDATE;
    changes.push({ kind: DefinitionKind.ENTITY, name: entity.name, action, details });
  }
  return entities;
}

/** Also plans views that are not named: those whose entity gets other join keys. */
function planViews(
  current: Snapshot | undefined,
  definitions: Definitions,
  entities: ReadonlyMap<string, Entity>,
  changes: DraftChange[],
): Map<string, FeatureViewState> {
  const views = new Map((current?.featureViews ?? []).map((view) => [view.name, view]));
  const wanted = new Map(
    [...views.values()].map((state) => [state.name, state.versions.at(-1)!.definition!] as const),
  );
  for (const view of definitions.featureViews) wanted.set(view.name, view);
  for (const view of wanted.values()) {
    const entity = entities.get(view.entity);
    if (entity === undefined) {
      const path = `feature_views[${view.name}].entity`;
      const hint = suggest(view.entity, entities.keys(), "entities");
      throw definitionError(path, `there is no entity ${view.entity || '""'}`, hint, "ENTITY_NOT_FOUND");
    }
    validateFeatureView(view, entity);
    const retired = findRetired(current, DefinitionKind.FEATURE_VIEW, view.name);
    const { state, change } = planView(views.get(view.name), retired, view, entity);
    if (change === undefined) continue;
    views.set(view.name, state);
    changes.push({ kind: DefinitionKind.FEATURE_VIEW, name: view.name, ...change });
  }
  return views;
}

function planServices(
  current: Snapshot | undefined,
  definitions: Definitions,
  views: ReadonlyMap<string, FeatureViewState>,
  changes: DraftChange[],
): Map<string, FeatureServiceState> {
  const services = new Map((current?.featureServices ?? []).map((state) => [state.definition!.name, state]));
  const oldVersions = new Map((current?.featureViews ?? []).map((view) => [view.name, view.versions]));
  for (const service of definitions.featureServices) {
    const state = services.get(service.name);
    const pins = state?.definition?.views ?? [];
    const uses = validateFeatureService(service, {
      viewNames: [...views.keys()],
      versionsOf: (view) => views.get(view)?.versions ?? [],
      pinOf: (reference) => {
        const pin = pins.find((old) => useNameOf(old) === useNameOf(reference));
        return pin?.view === reference.view ? pin.version : undefined;
      },
    });
    const currentUses = state === undefined ? [] : resolveUses(state, (view) => oldVersions.get(view) ?? []);
    const retired = findRetired(current, DefinitionKind.FEATURE_SERVICE, service.name);
    const planned = planService(state, retired, service, uses, currentUses);
    if (planned.change === undefined) continue;
    services.set(service.name, planned.state);
    changes.push({ kind: DefinitionKind.FEATURE_SERVICE, name: service.name, ...planned.change });
  }
  return services;
}
