import { clone, create, equals } from "@bufbuild/protobuf";
import {
  DefinitionsSchema,
  EntitySchema,
  FeatureServiceSchema,
  FeatureViewSchema,
  type Definitions,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { kindOf } from "./definition-kind.ts";
import type { Definition, DefinitionBundle } from "./definitions.ts";

/**
 * Collects everything that a module defines: each exported entity, view and service, those in exported arrays and
 * `definitions()`, and the entities that its views use. Other exports are left alone; the order of exports has no meaning.
 *
 * @example
 * const found = collectDefinitions(await import("./features.ts"));
 *
 * @throws FeatureStoreError INVALID_DEFINITION where two different definitions have one name, or none is exported.
 */
export function collectDefinitions(module: Readonly<Record<string, unknown>>): Definitions {
  const found = new Map<string, Definition>();
  for (const value of Object.values(module)) collect(value, found);
  if (found.size === 0) {
    throw new FeatureStoreError("INVALID_DEFINITION", "Cannot find definitions: the module exports none", {
      hint: "Export what entity(), featureView() and featureService() return.",
    });
  }
  const collected = create(DefinitionsSchema);
  for (const definition of found.values()) {
    switch (definition[kindOf]) {
      case "entity":
        collected.entities.push(clone(EntitySchema, definition.message));
        break;
      case "featureView":
        collected.featureViews.push(clone(FeatureViewSchema, definition.message));
        break;
      case "featureService":
        collected.featureServices.push(clone(FeatureServiceSchema, definition.message));
        break;
    }
  }
  for (const list of [collected.entities, collected.featureViews, collected.featureServices]) {
    list.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return collected;
}

function collect(value: unknown, found: Map<string, Definition>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (!(kindOf in value)) return;
  const item = value as Definition | DefinitionBundle;
  if (item[kindOf] === "definitions") {
    for (const inner of item.items) collect(inner, found);
    return;
  }
  if (item[kindOf] === "featureView") collect(item.entity, found);
  const id = `${item[kindOf]} ${item.name}`;
  const other = found.get(id);
  if (other !== undefined && !isSame(other, item)) {
    const problem = `Cannot collect definitions: two different ones are called ${item.name}`;
    throw new FeatureStoreError("INVALID_DEFINITION", problem, {
      field: item.name,
      hint: "Rename one of them.",
    });
  }
  found.set(id, item);
}

function isSame(a: Definition, b: Definition): boolean {
  if (a === b) return true;
  if (a[kindOf] === "entity" && b[kindOf] === "entity") return equals(EntitySchema, a.message, b.message);
  if (a[kindOf] === "featureView" && b[kindOf] === "featureView") {
    return equals(FeatureViewSchema, a.message, b.message);
  }
  return (
    a[kindOf] === "featureService" &&
    b[kindOf] === "featureService" &&
    equals(FeatureServiceSchema, a.message, b.message)
  );
}
