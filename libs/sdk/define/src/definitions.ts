import { kindOf } from "./definition-kind.ts";
import type { EntityDefinition } from "./entity.ts";
import { freeze } from "./freeze.ts";
import type { FeatureServiceDefinition } from "./feature-service.ts";
import type { FeatureViewDefinition } from "./feature-view.ts";

/** Something that `apply` sends to the registry. */
export type Definition =
  // `any`: names of keys and features take part in method parameters, so that no wider type fits them all.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  EntityDefinition<any> | FeatureViewDefinition<any, any> | FeatureServiceDefinition;

/** A bundle of definitions. */
export interface DefinitionBundle {
  readonly [kindOf]: "definitions";
  readonly items: readonly Definition[];
}

/**
 * Bundles definitions, for a module that has one default export. Every exported definition is found without it.
 *
 * @example
 * export default definitions([airport, airportHourly, flightDelay]);
 * export default definitions({ airport, airportHourly, flightDelay });
 */
export function definitions(
  items: readonly Definition[] | Readonly<Record<string, Definition>>,
): DefinitionBundle {
  return freeze({ [kindOf]: "definitions" as const, items: Object.values(items) as Definition[] });
}
