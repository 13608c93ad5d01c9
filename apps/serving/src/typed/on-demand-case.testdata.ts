import { ValueType } from "@timewell/contracts";
import type { NamedField } from "@timewell/model";
import { compileRowCodec, type FeatureValue } from "@timewell/row";

/** A value that expressions may name. */
export interface NamedInput {
  readonly name: string;
  readonly type: ValueType;
}

/** Which on-demand features a case has: each of a name and of one of the things that can be done with its type. */
export type OnDemandPicks = readonly (readonly [input: number, form: number])[];

/** On-demand features over some inputs, one for each pick. */
export function onDemandFeatures(inputs: readonly NamedInput[], picks: OnDemandPicks) {
  if (inputs.length === 0) return [];
  return picks.map(([input, form], i) => {
    const { name, type } = inputs[input % inputs.length]!;
    const forms = formsOf(name, type);
    const [expression, result] = forms[form % forms.length]!;
    const dimension = result === ValueType.FLOAT_VECTOR ? 3 : 0;
    return { name: `made_${i}x`, type: result, dimension, expression };
  });
}

function formsOf(x: string, type: ValueType): readonly (readonly [string, ValueType])[] {
  const any = [
    [x, type],
    [`${x} == null`, ValueType.BOOL],
    [`${x} == null ? null : ${x}`, type],
  ] as const;
  if (type >= ValueType.BOOL_LIST) {
    const list = type === ValueType.FLOAT_VECTOR ? ValueType.FLOAT_LIST : type;
    return [
      ...any,
      [`size(${x})`, ValueType.INT32],
      [`${x} + ${x}`, list],
      [`${x}.filter(e, e != ${x}[0])`, list],
      [`${x}.exists(e, e == ${x}[1])`, ValueType.BOOL],
    ];
  }
  switch (type) {
    case ValueType.BOOL:
      return [...any, [`!${x}`, type], [`${x} ? [1, 2] : []`, ValueType.INT64_LIST]];
    case ValueType.INT32:
    case ValueType.INT64:
      return [...any, [`${x} * 3`, type], [`1 / ${x}`, ValueType.INT64], [`double(${x})`, ValueType.FLOAT]];
    case ValueType.FLOAT:
    case ValueType.DOUBLE:
      return [
        ...any,
        [`${x} * 3.0`, type],
        [`${x} / 0.0 - ${x} / 0.0`, type],
        [`int(${x})`, ValueType.INT64],
        [`[${x}, 1.5, -0.0]`, ValueType.FLOAT_VECTOR],
      ];
    case ValueType.STRING:
      return [...any, [`${x} + 'é'`, type], [`[${x}, '']`, ValueType.STRING_LIST]];
    case ValueType.BYTES:
      return [...any, [`size(${x})`, ValueType.INT64], [`[${x}]`, ValueType.BYTES_LIST]];
    default:
      return [
        ...any,
        [`${x} + duration('1us')`, type],
        [`${x}.getFullYear()`, ValueType.INT32],
        [`[${x}]`, ValueType.TIMESTAMP_LIST],
      ];
  }
}

/** Request data as fields of an entity row, NULL left out; a list may come in two parts. */
export function requestDataBytes(
  fields: readonly (NamedField & { readonly number: number })[],
  values: readonly FeatureValue[],
  inParts: boolean,
): Uint8Array {
  const parts = fields.map((field, i) => {
    const value = values[i]!;
    const codec = compileRowCodec([{ ...field, dimension: 0 }]);
    if (!inParts || !Array.isArray(value)) return codec.encode([value]);
    const list = value as never[];
    const middle = Math.floor(list.length / 2);
    return Buffer.concat([codec.encode([list.slice(0, middle)]), codec.encode([list.slice(middle)])]);
  });
  return Buffer.concat(parts);
}
