import { type CompiledService, computeOnDemand, type OnDemandPlan } from "@timewell/model";
import { compileRowCodec, type FeatureValue, headerBytes, type RowCodec, type RowField } from "@timewell/row";

import type { ServingDeps } from "../serving-deps.ts";
import { RequestInputs } from "./request-inputs.ts";

/** The row that is stored for a use, by the use's index in the plan; undefined where it is not PRESENT. */
export type PresentRow = (use: number) => Uint8Array | undefined;

/** What the computed features of a typed service need. */
export interface ComputedPlan {
  /** Reads the keys and request data of a row. */
  readonly requestInputs: RequestInputs;
  /** The `Computed` message of one row; `request` is what `requestInputs` read of it. */
  encode(request: readonly FeatureValue[], presentRow: PresentRow): Uint8Array;
}

/** A view that expressions read, and where its values go. */
interface UsedView {
  /** Index in the plan's uses. */
  readonly use: number;
  /** Over the features that are read alone. */
  readonly codec: RowCodec;
  /** Place among the inputs of each of them. */
  readonly places: readonly number[];
}

/** Plans the computed features of a service; undefined where it has none. `useOf` gives a view's index in the plan's uses. */
export function compileComputedPlan(
  project: string,
  service: CompiledService,
  useOf: (view: number) => number,
  deps: Pick<ServingDeps, "metrics">,
): ComputedPlan | undefined {
  const { selection, keyNumbers, computedNumbers } = service;
  const { onDemand } = selection;
  if (onDemand === undefined) return undefined;
  const columns = onDemand.columns.map((column) => ({
    ...column,
    number: computedNumbers.get(column.name)!,
  }));
  const encode = messageEncoder(columns);
  const views = usedViews(service, onDemand, useOf);
  const keys = onDemand.inputs.filter(({ origin }) => origin.from === "key");
  const requestFields = [...keys, ...selection.requestData].map((field) => ({
    ...field,
    number: keyNumbers.get(field.name)!,
  }));
  /** For each field of the request, its place among the inputs; -1 where no expression reads it. */
  const places = requestFields.map(({ name }) => onDemand.inputs.findIndex((input) => input.name === name));
  const failed = (column: number) =>
    deps.metrics.countOnDemandError(project, service.name, columns[column]!.name);
  const inputs = new Array<FeatureValue>(onDemand.inputs.length);
  return Object.freeze({
    requestInputs: new RequestInputs(requestFields),
    encode(request: readonly FeatureValue[], presentRow: PresentRow) {
      inputs.fill(null);
      for (let i = 0; i < places.length; i++) if (places[i]! >= 0) inputs[places[i]!] = request[i]!;
      for (const view of views) {
        const bytes = presentRow(view.use);
        if (bytes === undefined) continue;
        const values = view.codec.decode(bytes.subarray(headerBytes));
        for (let i = 0; i < values.length; i++) inputs[view.places[i]!] = values[i]!;
      }
      return encode(computeOnDemand(onDemand, inputs, failed));
    },
  });
}

function usedViews(
  { selection }: CompiledService,
  { inputs }: OnDemandPlan,
  useOf: (view: number) => number,
): UsedView[] {
  return selection.views.flatMap(({ features }, view) => {
    const used = inputs.flatMap(({ origin }, place) =>
      origin.from === "feature" && origin.view === view ? [{ place, field: features[origin.feature]! }] : [],
    );
    if (used.length === 0) return [];
    const codec = compileRowCodec(used.map(({ field }) => field));
    return [{ use: useOf(view), codec, places: used.map(({ place }) => place) }];
  });
}

/** Encodes all values at once, or, where they are too long together, one by one. */
function messageEncoder(fields: readonly RowField[]): (values: readonly FeatureValue[]) => Uint8Array {
  const all = compileRowCodec(fields);
  const ascending = fields
    .map((field, i) => ({ i, number: field.number, codec: compileRowCodec([field]) }))
    .sort((a, b) => a.number - b.number);
  return (values) => {
    try {
      return all.encode(values);
    } catch (error) {
      if (fields.length === 1) throw error;
      return Buffer.concat(ascending.map(({ i, codec }) => codec.encode([values[i]!])));
    }
  };
}
