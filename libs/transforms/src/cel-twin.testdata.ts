import { celEnv, isCelError, isCelList, parse, plan, type CelInput, type CelValue } from "@bufbuild/cel";
import { create, isMessage } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { TimestampSchema, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { FeatureType, FeatureValue } from "@timewell/row";
import { inputs } from "./expressions.testdata.ts";

const env = celEnv();

/** Computes an expression with the library's own evaluator; undefined where it ends with an error. */
export function celTwin(text: string, row: readonly FeatureValue[]): FeatureValue | undefined {
  const bindings: Record<string, Record<string, CelInput> | CelInput> = {};
  inputs.forEach(({ name, type }, i) => {
    const [owner, field] = name.split(".") as [string, string | undefined];
    const value = toCel(type, row[i]!);
    if (field === undefined) bindings[owner] = value;
    else bindings[owner] = { ...(bindings[owner] as Record<string, CelInput>), [field]: value };
  });
  const result = plan(env, parse(text))(bindings as Record<string, CelInput>);
  return isCelError(result) ? undefined : fromCel(result);
}

function toCel(type: FeatureType, value: FeatureValue): CelInput {
  if (value === null) return null;
  if (Array.isArray(value)) {
    return (value as never[]).map((element) => toCel(type.replace("_LIST", "") as FeatureType, element));
  }
  if (type === "INT32") return BigInt(value as number);
  if (type !== "TIMESTAMP") return value as CelInput;
  const us = value as bigint;
  const rest = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return create(TimestampSchema, { seconds: (us - rest) / 1_000_000n, nanos: Number(rest) * 1000 });
}

function fromCel(value: CelValue): FeatureValue {
  if (isCelList(value)) return [...value].map((element) => fromCel(element) as never);
  if (isReflectMessage(value, TimestampSchema)) return fromTime(value.message as Timestamp);
  if (isMessage(value, TimestampSchema)) return fromTime(value as Timestamp);
  return value as FeatureValue;
}

function fromTime({ seconds, nanos }: Timestamp): bigint {
  return seconds * 1_000_000n + BigInt(nanos / 1000);
}
