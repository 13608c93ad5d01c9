import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { DefinitionKind, type Definitions, type Snapshot } from "@timewell/contracts";
import { checkDistinct } from "./check-distinct.ts";
import { checkName, type NameUse } from "./check-name.ts";
import { definitionError } from "./definition-error.ts";
import { kindWords, type KnownKind } from "./definition-kind.ts";
import { definitionsMax } from "./limits.ts";
import { pascalCase } from "./pascal-case.ts";

/**
 * Checks the names of a project and its definitions, by themselves and against each other, those that were deleted
 * included. Throws INVALID_NAME, INVALID_DEFINITION for a duplicate, or LIMIT_EXCEEDED.
 */
export function checkDefinitionNames(
  current: Snapshot | undefined,
  project: string,
  definitions: Definitions,
): void {
  checkName("project", project, "project");
  const entities = namesOf(definitions.entities);
  const views = namesOf(definitions.featureViews);
  const services = namesOf(definitions.featureServices);
  const existing = {
    entities: namesOf(current?.entities ?? []),
    views: namesOf(current?.featureViews ?? []),
    services: (current?.featureServices ?? []).map((state) => state.definition!.name),
  };
  checkKind(DefinitionKind.ENTITY, "entity", entities, existing.entities, current);
  checkKind(DefinitionKind.FEATURE_VIEW, "view", views, existing.views, current);
  checkKind(DefinitionKind.FEATURE_SERVICE, "service", services, existing.services, current);
  checkMessages([...existing.views, ...views], [...existing.services, ...services]);
}

function namesOf(list: readonly { readonly name: string }[]): string[] {
  return list.map((item) => item.name);
}

function checkKind(
  kind: KnownKind,
  use: NameUse,
  names: readonly string[],
  existing: readonly string[],
  current: Snapshot | undefined,
): void {
  const words = kindWords[kind];
  if (names.length > definitionsMax) {
    const problem = `got ${names.length}, at most ${definitionsMax} are allowed in one apply`;
    throw definitionError(words.list, problem, "Apply them in several steps.", "LIMIT_EXCEEDED");
  }
  names.forEach((name, i) => checkName(use, name, `${words.list}[${name === "" ? i : name}].name`));
  const pathOf = (name: string) => `${words.list}[${name}].name`;
  checkDistinct(names, words.text, pathOf);
  const deleted = (current?.retired ?? []).filter((retired) => retired.kind === words.retired);
  const taken = new Map([...namesOf(deleted), ...existing].map((name) => [protoCamelCase(name), name]));
  for (const name of names) {
    const other = taken.get(protoCamelCase(name));
    if (other === undefined || other === name) continue;
    const problem = `${words.text} ${other}, which is or was there, has the same camelCase form`;
    throw definitionError(pathOf(name), problem, "Choose another name.", "INVALID_NAME");
  }
}

/** A service `fraud_v2` and version 2 of a view `fraud` would both be `FraudV2` in generated code. */
function checkMessages(views: readonly string[], services: readonly string[]): void {
  const viewForms = new Map(views.map((name) => [pascalCase(name), name]));
  for (const service of services) {
    const form = /^(.+)V[0-9]+$/.exec(pascalCase(service))?.[1];
    const view = form === undefined ? undefined : viewForms.get(form);
    if (view === undefined) continue;
    const problem = `${pascalCase(service)} is the message name of a version of feature view ${view}`;
    throw definitionError(
      `feature_services[${service}].name`,
      problem,
      "Choose another name.",
      "INVALID_NAME",
    );
  }
}
