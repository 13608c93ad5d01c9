import type { Feature, FeatureServiceState, FeatureViewVersion, ViewReference } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledKey } from "./compiled-project.ts";
import { keyTypeOf } from "./value-types.ts";

/** A view as a service uses it, with everything looked up. */
export interface ResolvedUse {
  /** Alias, or the view's name where there is none. */
  readonly name: string;
  readonly reference: ViewReference;
  readonly version: FeatureViewVersion;
  /** What it reads, in column order. */
  readonly features: readonly Feature[];
  /** Name in requests and type of each key of the view. */
  readonly requestKeys: readonly CompiledKey[];
  /** True where the reference names no features. */
  readonly whole: boolean;
}

/** Name of a use: the alias, or the view's name. */
export function useNameOf(reference: ViewReference): string {
  return reference.alias === "" ? reference.view : reference.alias;
}

/**
 * Looks up what a valid reference reads from `version`. A reference without features reads those with a number up to
 * `featureNumberMax`; the others came after the service was applied.
 */
export function resolveUse(
  reference: ViewReference,
  version: FeatureViewVersion,
  featureNumberMax: number,
): ResolvedUse {
  const all = version.definition?.features ?? [];
  const whole = reference.features.length === 0;
  const features = whole
    ? all.filter((feature) => (version.fieldNumbers[feature.name] ?? 0) <= featureNumberMax)
    : reference.features.map((name) => all.find((feature) => feature.name === name)!);
  const mapping = reference.joinKeyMapping;
  const requestKeys = (version.entity?.joinKeys ?? []).map((key) => ({
    name: Object.hasOwn(mapping, key.name) ? mapping[key.name]! : key.name,
    type: keyTypeOf(key.type),
  }));
  return { name: useNameOf(reference), reference, version, features, requestKeys, whole };
}

/** Looks up all uses of an applied service. DATA_LOSS where the snapshot lacks a version that the service pins. */
export function resolveUses(
  service: FeatureServiceState,
  versionsOf: (view: string) => readonly FeatureViewVersion[],
): ResolvedUse[] {
  return (service.definition?.views ?? []).map((reference) => {
    const version = versionsOf(reference.view).find((candidate) => candidate.version === reference.version);
    if (version === undefined) {
      const view = `${reference.view}@${reference.version}`;
      const problem = `Cannot use feature service ${service.definition?.name}: the snapshot lacks view ${view}`;
      throw new FeatureStoreError("DATA_LOSS", problem, {
        hint: "Apply the definitions of the project again.",
      });
    }
    return resolveUse(reference, version, service.featureNumberMax[useNameOf(reference)] ?? Infinity);
  });
}
