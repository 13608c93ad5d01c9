import type { Entity, ValueType } from "@timewell/contracts";
import { keyTypes } from "@timewell/keys";
import { checkDistinct } from "./check-distinct.ts";
import { checkName } from "./check-name.ts";
import { definitionError } from "./definition-error.ts";
import { joinKeysMax } from "./limits.ts";
import { showType } from "./show-type.ts";
import { validateLabels } from "./validate-labels.ts";
import { valueTypeOf } from "./value-types.ts";

const allowedTypes: ReadonlySet<ValueType> = new Set(keyTypes.map(valueTypeOf));

/** Checks an entity by itself; its name is checked already. Throws INVALID_NAME, INVALID_DEFINITION or LIMIT_EXCEEDED. */
export function validateEntity(entity: Entity): void {
  const path = `entities[${entity.name}]`;
  if (entity.joinKeys.length > joinKeysMax) {
    const problem = `got ${entity.joinKeys.length} join keys, at most ${joinKeysMax} are allowed`;
    throw definitionError(`${path}.join_keys`, problem, "Join some of them into one.", "LIMIT_EXCEEDED");
  }
  entity.joinKeys.forEach((key, i) => {
    checkName("key", key.name, `${path}.join_keys[${key.name === "" ? i : key.name}].name`);
    if (allowedTypes.has(key.type)) return;
    const problem = `got ${showType(key.type)}, expected one of ${keyTypes.join(", ")}`;
    throw definitionError(`${path}.join_keys[${key.name}].type`, problem, "Use a type that keys can have.");
  });
  checkDistinct(
    entity.joinKeys.map((key) => key.name),
    "join key",
    (name) => `${path}.join_keys[${name}]`,
  );
  validateLabels(entity, path);
}
