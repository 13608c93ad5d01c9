import { create } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@timewell/contracts";

/** A value in tests: bigint is INT64, number is DOUBLE, string is STRING, null is NULL. */
export type Plain = bigint | number | string | null;

/** As the contract has it. */
export function value(plain: Plain): Value {
  if (plain === null) return create(ValueSchema);
  if (typeof plain === "bigint") return create(ValueSchema, { kind: { case: "int64Value", value: plain } });
  if (typeof plain === "number") return create(ValueSchema, { kind: { case: "doubleValue", value: plain } });
  return create(ValueSchema, { kind: { case: "stringValue", value: plain } });
}

/** Values by name, as the contract has them. */
export function values(plain: Readonly<Record<string, Plain>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(plain).map(([name, one]) => [name, value(one)]));
}

/** Back from the contract. */
export function plainOf({ kind }: Value): Plain {
  if (kind.case === undefined) return null;
  return kind.value as Plain;
}
