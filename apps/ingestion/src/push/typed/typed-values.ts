import { fromBinary, type Message } from "@bufbuild/protobuf";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import { type FeatureValue, normalizeFeatureValue } from "@timewell/row";

import type { TypedPushPlan } from "./typed-push-plan.ts";

/**
 * The values of a row message, in the order of `view.input.features`, checked and normalized as those of pushes by name are. INVALID_VALUE names the
 * feature; FEATURE_NOT_FOUND where the row has a field that the view does not have.
 */
export function typedValues({ view, rowMessage }: TypedPushPlan, bytes: Uint8Array): FeatureValue[] {
  const row = decode(view, rowMessage, bytes);
  const [unknown] = row.$unknown ?? [];
  if (unknown !== undefined)
    throw new FeatureStoreError(
      "FEATURE_NOT_FOUND",
      `Cannot push to ${view.name}: version ${view.version} has no feature with number ${unknown.no}`,
      { field: "features", hint: "Apply the definitions that the client was generated from" },
    );
  return view.input.features.map((feature): FeatureValue => {
    const { localName } = rowMessage.fields.find(({ number }) => number === feature.number)!;
    const value = Reflect.get(row, localName) as unknown;
    const isList = typeof value === "object" && value !== null && "v" in value;
    return normalizeFeatureValue(feature, isList ? value.v : value, feature.name);
  });
}

function decode(view: CompiledView, rowMessage: TypedPushPlan["rowMessage"], bytes: Uint8Array): Message {
  try {
    return fromBinary(rowMessage, bytes);
  } catch (cause) {
    throw new FeatureStoreError(
      "INVALID_VALUE",
      `Cannot push to ${view.name}: the features are no ${rowMessage.typeName}`,
      { field: "features", hint: "Generate the client again from the current contracts.", cause },
    );
  }
}
