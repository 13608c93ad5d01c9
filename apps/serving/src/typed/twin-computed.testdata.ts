import { create, type DescMessage } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { type CompiledService, computeOnDemand, gatherInputs } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";

/** The computed features of one row, from message objects. `decoded` has the values of each view that is PRESENT. */
export function twinComputed(
  { selection }: CompiledService,
  rowDesc: DescMessage,
  entityRow: ReflectMessage,
  decoded: readonly (readonly FeatureValue[] | undefined)[],
): ReflectMessage {
  const onDemand = selection.onDemand!;
  const inputs = gatherInputs(onDemand, {
    feature: (view, feature) => decoded[view]?.[selection.views[view]!.features[feature]!.index] ?? null,
    key: (name) => valueOf(entityRow, name),
    request: (field) => valueOf(entityRow, selection.requestData[field]!.name),
  });
  const computed = reflect(fieldOf(rowDesc, "computed").message!);
  computeOnDemand(onDemand, inputs, () => undefined).forEach((value, i) => {
    if (value === null) return;
    const field = fieldOf(computed.desc, onDemand.columns[i]!.name);
    const content =
      field.message === undefined ? value : reflect(field.message, listOf(field.message, value));
    computed.set(field, content as never);
  });
  return computed;
}

function valueOf(entityRow: ReflectMessage, name: string): FeatureValue {
  const field = fieldOf(entityRow.desc, name);
  if (!entityRow.isSet(field)) return null;
  const value: unknown = entityRow.get(field);
  if (field.message === undefined) return value as FeatureValue;
  return ((value as ReflectMessage).message as unknown as { v: readonly never[] }).v;
}

function listOf(desc: DescMessage, value: FeatureValue) {
  return create(desc, { v: [...(value as readonly unknown[])] } as never);
}

function fieldOf(desc: DescMessage, name: string) {
  return desc.fields.find((each) => each.name === name)!;
}
