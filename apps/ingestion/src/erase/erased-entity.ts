import { createHash } from "node:crypto";

import type { EraseEntityRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { encodeKey, type KeyValue, normalizeKeyValue } from "@timewell/keys";
import { type CompiledView, suggest } from "@timewell/model";
import type { KeyColumn } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { entityViews } from "./entity-views.ts";

/** An entity in one view version. */
export interface EntityInView {
  readonly view: CompiledView;
  /** Its key's code. */
  readonly entityKey: Uint8Array;
  /** Its key in the columns of the view's segments. */
  readonly key: readonly KeyColumn[];
}

/** An entity that is looked for or erased. */
export interface ErasedEntity {
  readonly project: string;
  readonly entity: string;
  /** SHA-256 of the key's code, lower-case hex. */
  readonly keySha256: string;
  /** Every view version that may hold it, also deleted ones; the latest definitions first. */
  readonly inViews: readonly EntityInView[];
}

/**
 * Resolves the entity of a request. ENTITY_NOT_FOUND where no view of the project has it; INVALID_KEY for a key that is missing, unknown
 * or of another type. Versions of before whose entity had other join keys cannot hold it and are left out.
 */
export async function erasedEntity(
  deps: IngestionDeps,
  { project, entity, keys }: Pick<EraseEntityRequest, "project" | "entity" | "keys">,
): Promise<ErasedEntity> {
  const views = await entityViews(deps, project, entity);
  const latest = views[0];
  if (latest === undefined) throw entityNotFound(deps, project, entity);
  checkNames(latest, Object.keys(keys));
  const names = Object.keys(keys).sort().join();
  const inViews = views.flatMap((view): EntityInView[] => {
    const own = view.keys
      .map(({ name }) => name)
      .sort()
      .join();
    if (own !== names) return [];
    const values = view.keys.map(({ name, type }): KeyValue =>
      normalizeKeyValue(type, keys[name]!.kind.value, name),
    );
    const types = view.keys.map(({ type }) => type);
    const key = view.keys.map(({ name, type }, i) => ({ column: name, type, value: values[i]! }));
    return [{ view, entityKey: encodeKey(types, values), key }];
  });
  return { project, entity, keySha256: keySha256Of(inViews[0]!.entityKey), inViews };
}

/** SHA-256 of the code of an entity's key, lower-case hex: what is kept of it. */
export function keySha256Of(entityKey: Uint8Array): string {
  return createHash("sha256").update(entityKey).digest("hex");
}

function checkNames(view: CompiledView, names: readonly string[]): void {
  const known = view.keys.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  const missing = known.find((name) => !names.includes(name));
  if (unknown === undefined && missing === undefined) return;
  const problem = unknown === undefined ? `key ${missing} is missing` : `it has no key ${unknown}`;
  throw new FeatureStoreError("INVALID_KEY", `Cannot find entity ${view.entity}: ${problem}`, {
    field: `keys.${unknown ?? missing}`,
    hint: `Send every key of it: ${known.join(", ")}`,
  });
}

function entityNotFound(deps: IngestionDeps, project: string, entity: string): FeatureStoreError {
  const views = [...deps.definitions.project(project).viewsById.values()];
  return new FeatureStoreError(
    "ENTITY_NOT_FOUND",
    `Cannot find entity ${JSON.stringify(entity)}: no view of project ${project} has it`,
    {
      field: "entity",
      hint: suggest(
        entity,
        views.map((view) => view.entity),
        "entities",
      ),
    },
  );
}
