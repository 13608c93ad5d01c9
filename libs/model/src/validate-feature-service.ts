import type { FeatureService, FeatureViewVersion, ViewReference } from "@timewell/contracts";
import { checkDistinct } from "./check-distinct.ts";
import { checkName } from "./check-name.ts";
import { definitionError } from "./definition-error.ts";
import { serviceViewsMax } from "./limits.ts";
import { resolveUse, useNameOf, type ResolvedUse } from "./resolved-use.ts";
import { suggest } from "@timewell/errors";
import { validateLabels } from "./validate-labels.ts";
import { validateOnDemand } from "./validate-on-demand.ts";

/** What a service is checked against. */
export interface ServiceContext {
  /** Names of the project's views, as they will be. */
  readonly viewNames: readonly string[];
  /** Versions of a view, as they will be, ascending; empty where there is no such view. */
  versionsOf(view: string): readonly FeatureViewVersion[];
  /** The version that the service keeps for this use; undefined where the use is new. */
  pinOf(reference: ViewReference): number | undefined;
}

/**
 * Checks a service, whose name is checked already, and resolves its uses. Throws INVALID_NAME, INVALID_DEFINITION,
 * LIMIT_EXCEEDED, FEATURE_VIEW_NOT_FOUND or FEATURE_NOT_FOUND; the expressions of its on-demand features included.
 */
export function validateFeatureService(service: FeatureService, context: ServiceContext): ResolvedUse[] {
  const path = `feature_services[${service.name}]`;
  const count = service.views.length;
  if (count === 0) throw definitionError(`${path}.views`, "got none, expected at least 1", "Add a view.");
  if (count > serviceViewsMax) {
    const problem = `got ${count} views, at most ${serviceViewsMax} are allowed`;
    throw definitionError(`${path}.views`, problem, "Split the service.", "LIMIT_EXCEEDED");
  }
  const uses = service.views.map((reference) => {
    const usePath = `${path}.views[${useNameOf(reference)}]`;
    if (reference.alias !== "") checkName("alias", reference.alias, `${usePath}.alias`);
    const version = findVersion(reference, context, usePath);
    checkFeatures(reference, version, context, usePath);
    checkMapping(reference, version, usePath);
    const pinned = { ...reference, version: version.version };
    return resolveUse(pinned, version, Infinity);
  });
  checkDistinct(
    uses.map((use) => use.name),
    "view or alias",
    (name) => `${path}.views[${name}].alias`,
  );
  checkRequestKeys(uses, path);
  validateOnDemand(service, uses);
  validateLabels(service, path);
  return uses;
}

function findVersion(reference: ViewReference, context: ServiceContext, path: string): FeatureViewVersion {
  const versions = context.versionsOf(reference.view);
  const latest = versions.at(-1);
  if (latest === undefined) {
    const hint = suggest(reference.view, context.viewNames, "feature views");
    throw definitionError(path, `there is no feature view ${reference.view}`, hint, "FEATURE_VIEW_NOT_FOUND");
  }
  const wanted = reference.version === 0 ? (context.pinOf(reference) ?? latest.version) : reference.version;
  const found = versions.find((version) => version.version === wanted);
  if (found !== undefined) return found;
  const problem = `feature view ${reference.view} has no version ${wanted}`;
  const hint = `Its versions are ${versions.map((version) => version.version).join(", ")}.`;
  throw definitionError(`${path}.version`, problem, hint, "FEATURE_VIEW_NOT_FOUND");
}

function checkFeatures(
  reference: ViewReference,
  version: FeatureViewVersion,
  context: ServiceContext,
  path: string,
): void {
  const names = (version.definition?.features ?? []).map((feature) => feature.name);
  for (const name of reference.features) {
    if (names.includes(name)) continue;
    const latest = context.versionsOf(reference.view).at(-1)!;
    const problem = `feature view ${reference.view}@${version.version} has no feature ${name}`;
    const hint = latest.definition?.features.some((feature) => feature.name === name)
      ? `Version ${latest.version} has it: make a new service, or name version ${latest.version}.`
      : suggest(name, names, "features");
    throw definitionError(`${path}.features[${name}]`, problem, hint, "FEATURE_NOT_FOUND");
  }
  checkDistinct(reference.features, "feature", (name) => `${path}.features[${name}]`);
}

function checkMapping(reference: ViewReference, version: FeatureViewVersion, path: string): void {
  const keys = (version.entity?.joinKeys ?? []).map((key) => key.name);
  const takenBy = new Map<string, string>();
  for (const [key, name] of Object.entries(reference.joinKeyMapping)) {
    const keyPath = `${path}.join_key_mapping[${key}]`;
    if (!keys.includes(key)) {
      const problem = `entity ${version.entity?.name} of feature view ${reference.view} has no join key ${key}`;
      throw definitionError(keyPath, problem, suggest(key, keys, "join keys"));
    }
    checkName("key", name, keyPath);
  }
  for (const key of keys) {
    const name = Object.hasOwn(reference.joinKeyMapping, key) ? reference.joinKeyMapping[key]! : key;
    const other = takenBy.get(name);
    if (other !== undefined) {
      const problem = `join keys ${other} and ${key} would both be ${name} in requests`;
      throw definitionError(`${path}.join_key_mapping[${key}]`, problem, "Give each key a name of its own.");
    }
    takenBy.set(name, key);
  }
}

function checkRequestKeys(uses: readonly ResolvedUse[], path: string): void {
  const first = new Map<string, { readonly type: string; readonly use: string }>();
  for (const use of uses) {
    for (const key of use.requestKeys) {
      const other = first.get(key.name);
      if (other === undefined) first.set(key.name, { type: key.type, use: use.name });
      else if (other.type !== key.type) {
        const problem = `request key ${key.name} is ${other.type} for ${other.use} and ${key.type} for ${use.name}`;
        throw definitionError(`${path}.views[${use.name}]`, problem, "Map one of them to another name.");
      }
    }
  }
  checkDistinct(first.keys(), "request key", () => `${path}.views`);
}
