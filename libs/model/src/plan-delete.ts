import { create } from "@bufbuild/protobuf";
import {
  Change_Action,
  DefinitionKind,
  RetiredSchema,
  type Retired,
  type Snapshot,
} from "@timewell/contracts";
import { FeatureStoreError, type ErrorKind, suggest } from "@timewell/errors";
import { kindWords, type KnownKind } from "./definition-kind.ts";
import type { DefinitionPlan } from "./definition-plan.ts";
import { numberMax } from "./field-numbers.ts";
import { findRetired } from "./find-retired.ts";
import { makePlan, type DraftContent } from "./make-plan.ts";
import { highestNumber } from "./plan-view.ts";

const notFoundKinds: Readonly<Record<KnownKind, ErrorKind>> = {
  [DefinitionKind.ENTITY]: "ENTITY_NOT_FOUND",
  [DefinitionKind.FEATURE_VIEW]: "FEATURE_VIEW_NOT_FOUND",
  [DefinitionKind.FEATURE_SERVICE]: "FEATURE_SERVICE_NOT_FOUND",
};

/**
 * Says what a delete would change. A view goes with all its versions; its name may be defined again, but numbers and
 * versions go on where they ended.
 *
 * Throws PROJECT_NOT_FOUND, ENTITY_NOT_FOUND, FEATURE_VIEW_NOT_FOUND or FEATURE_SERVICE_NOT_FOUND, INVALID_REQUEST for an
 * unknown kind, and DEFINITION_IN_USE naming the users.
 */
export function planDelete(
  current: Snapshot | undefined,
  project: string,
  kind: DefinitionKind,
  name: string,
): DefinitionPlan {
  if (!isKnownKind(kind)) {
    const hint = "Name the kind: ENTITY, FEATURE_VIEW or FEATURE_SERVICE.";
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot delete ${name}: got no kind`, {
      field: "kind",
      hint,
    });
  }
  if (current === undefined) {
    const hint = "Check the name of the project.";
    throw new FeatureStoreError("PROJECT_NOT_FOUND", `Cannot find project ${project}`, {
      field: "project",
      hint,
    });
  }
  const words = kindWords[kind];
  const names = namesOfKind(current, kind);
  if (!names.includes(name)) {
    const problem = `Cannot delete ${words.text} ${name}: it does not exist`;
    throw new FeatureStoreError(notFoundKinds[kind], problem, {
      field: "name",
      hint: suggest(name, names, words.list.replace("_", " ")),
    });
  }
  const users = usersOf(current, kind, name);
  if (users.length > 0) {
    const problem = `Cannot delete ${words.text} ${name}: it is used by ${users.join(", ")}`;
    throw new FeatureStoreError("DEFINITION_IN_USE", problem, {
      field: "name",
      hint: "Delete the users first.",
    });
  }
  const change = { kind, name, action: Change_Action.DELETE, details: [] };
  return makePlan(current, project, [change], contentWithout(current, kind, name));
}

function isKnownKind(kind: DefinitionKind): kind is KnownKind {
  return kind in kindWords;
}

function namesOfKind(current: Snapshot, kind: KnownKind): string[] {
  if (kind === DefinitionKind.ENTITY) return current.entities.map((entity) => entity.name);
  if (kind === DefinitionKind.FEATURE_VIEW) return current.featureViews.map((view) => view.name);
  return current.featureServices.map((service) => service.definition!.name);
}

/** Only the kind above can use a definition; old versions of a view count. */
function usersOf(current: Snapshot, kind: KnownKind, name: string): string[] {
  if (kind === DefinitionKind.ENTITY) {
    return current.featureViews.flatMap((view) =>
      view.versions
        .filter((version) => version.definition!.entity === name)
        .map((version) => `feature view ${view.name}@${version.version}`),
    );
  }
  if (kind === DefinitionKind.FEATURE_SERVICE) return [];
  return current.featureServices
    .filter((service) => service.definition!.views.some((reference) => reference.view === name))
    .map((service) => `feature service ${service.definition!.name}`);
}

function contentWithout(current: Snapshot, kind: KnownKind, name: string): DraftContent {
  const keeps = (candidateKind: KnownKind, candidate: string | undefined) =>
    candidateKind !== kind || candidate !== name;
  const retired = retire(current, kind, name);
  return {
    entities: current.entities.filter((entity) => keeps(DefinitionKind.ENTITY, entity.name)),
    featureViews: current.featureViews.filter((view) => keeps(DefinitionKind.FEATURE_VIEW, view.name)),
    featureServices: current.featureServices.filter((service) =>
      keeps(DefinitionKind.FEATURE_SERVICE, service.definition!.name),
    ),
    retired: [
      ...current.retired.filter((old) => old.kind !== retired.kind || old.name !== retired.name),
      retired,
    ],
  };
}

function retire(current: Snapshot, kind: KnownKind, name: string): Retired {
  const old = findRetired(current, kind, name);
  const view = current.featureViews.find((candidate) => candidate.name === name);
  const service = current.featureServices.find((candidate) => candidate.definition!.name === name);
  const retired = create(RetiredSchema, { kind: kindWords[kind].retired, name });
  if (kind === DefinitionKind.FEATURE_VIEW) {
    retired.version = view!.versions.at(-1)!.version;
    retired.fieldNumberMax = highestNumber(view, old);
  }
  if (kind === DefinitionKind.FEATURE_SERVICE) {
    retired.version = service!.revision;
    retired.fieldNumberMax = numberMax(service!.fieldNumbers, old?.fieldNumberMax ?? 0);
    retired.computedNumberMax = numberMax(service!.computedNumbers, old?.computedNumberMax ?? 0);
    retired.keyNumberMax = numberMax(service!.keyNumbers, old?.keyNumberMax ?? 0);
  }
  return retired;
}
