import { breakingChange } from "./breaking-change.ts";
import type { ResolvedUse } from "./resolved-use.ts";
import { showType } from "./show-type.ts";

/**
 * Refuses a change of a service that clients of its current revision could not live with: a view or feature that goes, a
 * feature that changes its type or field number, or a change of the keys that requests send. Throws BREAKING_CHANGE naming the service.
 */
export function checkClients(
  service: string,
  before: readonly ResolvedUse[],
  after: readonly ResolvedUse[],
): void {
  const path = `feature_services[${service}]`;
  const uses = new Map(after.map((use) => [use.name, use]));
  for (const old of before) {
    const usePath = `${path}.views[${old.name}]`;
    const now = uses.get(old.name);
    if (now === undefined) throw breakingChange(service, usePath, "clients read it and it would be gone");
    if (now.reference.view !== old.reference.view) {
      const problem = `it would read feature view ${now.reference.view} instead of ${old.reference.view}`;
      throw breakingChange(service, usePath, problem);
    }
    checkFeatures(service, usePath, old, now);
    checkKeys(service, `${usePath}.join_keys`, [old], [now]);
  }
  checkKeys(service, `${path}.views`, before, after);
}

function checkFeatures(service: string, usePath: string, old: ResolvedUse, now: ResolvedUse): void {
  const features = new Map(now.features.map((feature) => [feature.name, feature]));
  for (const feature of old.features) {
    const path = `${usePath}.features[${feature.name}]`;
    const other = features.get(feature.name);
    if (other === undefined) throw breakingChange(service, path, "clients read it and it would be gone");
    const was = showType(feature.type, feature.dimension);
    const is = showType(other.type, other.dimension);
    if (was !== is) throw breakingChange(service, path, `its type would change from ${was} to ${is}`);
    const number = old.version.fieldNumbers[feature.name];
    const next = now.version.fieldNumbers[feature.name];
    if (number !== next)
      throw breakingChange(service, path, `its field number would change from ${number} to ${next}`);
  }
}

function checkKeys(
  service: string,
  path: string,
  before: readonly ResolvedUse[],
  after: readonly ResolvedUse[],
): void {
  const was = showRequestKeys(before);
  const is = showRequestKeys(after);
  if (was !== is)
    throw breakingChange(service, path, `the keys of requests would change from ${was} to ${is}`);
}

function showRequestKeys(uses: readonly ResolvedUse[]): string {
  const keys = uses.flatMap((use) => use.requestKeys.map((key) => `${key.name} ${key.type}`));
  return keys.length === 0 ? "none" : [...new Set(keys)].sort().join(", ");
}
