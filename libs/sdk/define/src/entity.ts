import { create } from "@bufbuild/protobuf";
import { EntitySchema, ValueType, type Entity } from "@timewell/contracts";
import { kindOf } from "./definition-kind.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { freeze } from "./freeze.ts";
import { labelsOf, type Labels } from "./labels.ts";

const keyTypes = {
  bool: ValueType.BOOL,
  int32: ValueType.INT32,
  int64: ValueType.INT64,
  string: ValueType.STRING,
  bytes: ValueType.BYTES,
  timestamp: ValueType.TIMESTAMP,
} as const;

/** Types that a join key may have. */
export type KeyTypeName = keyof typeof keyTypes;

/** Join keys in order: `{ airport: "string" }`, or a list where that reads better. */
export type JoinKeys<Key extends string> =
  Readonly<Record<Key, KeyTypeName>> | readonly { readonly name: Key; readonly type: KeyTypeName }[];

/** What `entity()` takes. */
export interface EntityOptions<Key extends string> extends Labels {
  /** Unique among the entities of the project, snake_case. */
  readonly name: string;
  /** At most 8, in the order of the composite key; none makes a global entity. */
  readonly joinKeys: JoinKeys<Key>;
}

/** An entity; its join key names are part of its type. */
export interface EntityDefinition<Key extends string = string> {
  readonly [kindOf]: "entity";
  readonly name: string;
  readonly keyNames: readonly Key[];
  /** As the registry gets it. */
  readonly message: Entity;
}

/**
 * Defines what features describe: a user, an airport, a route. More than one join key makes a composite key.
 *
 * @example
 * export const airport = entity({ name: "airport", joinKeys: { airport: "string" } });
 * export const route = entity({ name: "route", joinKeys: { origin: "string", destination: "string" } });
 *
 * @throws FeatureStoreError INVALID_DEFINITION for a join key of a type that keys cannot have.
 */
export function entity<const Key extends string>(options: EntityOptions<Key>): EntityDefinition<Key> {
  const keys = listKeys(options.joinKeys);
  const message = create(EntitySchema, {
    name: options.name,
    joinKeys: keys.map(({ name, type }) => {
      if (Object.hasOwn(keyTypes, type)) return { name, type: keyTypes[type] };
      const path = `entities[${options.name}].join_keys[${name}].type`;
      throw invalidDefinition(path, type, Object.keys(keyTypes).join(", "));
    }),
    ...labelsOf(options),
  });
  return freeze({
    [kindOf]: "entity" as const,
    name: options.name,
    keyNames: keys.map((key) => key.name),
    message,
  });
}

function listKeys<Key extends string>(joinKeys: JoinKeys<Key>) {
  if (Array.isArray(joinKeys)) return joinKeys as readonly { name: Key; type: KeyTypeName }[];
  return Object.entries(joinKeys).map(([name, type]) => ({ name: name as Key, type: type as KeyTypeName }));
}
