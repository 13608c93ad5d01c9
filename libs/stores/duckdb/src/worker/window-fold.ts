import type { FeatureValue } from "@timewell/row";
import type { WindowedFeature } from "@timewell/store-ports";
import {
  compileEventFilter,
  compileRender,
  compileTiles,
  TileBlob,
  type EventFilter,
  type RenderWindows,
  type TilePlan,
  type WindowFeature,
} from "@timewell/transforms";
import type { PlannedColumn } from "../plan/source-plan.ts";

/**
 * The tiles of one entity after the other, as an applier keeps them and serving reads them. Events are told by the fields that are aggregated
 * and by what the filters say of them, which the database finds out.
 */
export class WindowFold {
  /** Places of the event fields that are read. */
  readonly fields: readonly number[];
  /** Filters of events, each once, in the order of their results. */
  readonly filters: readonly EventFilter[];
  /** Of the event that comes next: all event fields, of which those that are not read are NULL, then whether it passes each filter. */
  readonly values: FeatureValue[];
  /** Where in `values` what is read goes: the fields, then the filters. */
  readonly places: readonly number[];
  private readonly plan: TilePlan;
  private readonly render: RenderWindows;
  private blob: TileBlob | undefined;

  constructor(features: readonly WindowedFeature[], fields: readonly PlannedColumn[]) {
    const filters = new Map<string, EventFilter>();
    const windows = features.map((feature): WindowFeature => {
      const { name, filter: text, ...window } = feature;
      if (text === "") return { ...window, filter: undefined };
      const path = `features[${name}].aggregate.filter`;
      const filter = filters.get(text) ?? compileEventFilter({ path, text }, fields);
      filters.set(text, filter);
      const place = fields.length + [...filters.keys()].indexOf(text);
      return { ...window, filter: { ...filter, accepts: (values) => values[place] === true } };
    });
    this.filters = [...filters.values()];
    this.fields = [...new Set(windows.flatMap(({ input }) => (input === undefined ? [] : [input])))];
    this.places = [...this.fields, ...this.filters.map((_, i) => fields.length + i)];
    this.values = new Array<FeatureValue>(fields.length + filters.size).fill(null);
    const inputs = fields.map(({ type }, i) => ({ number: i + 1, type }));
    this.plan = compileTiles(windows, inputs);
    this.render = compileRender(this.plan);
  }

  /** Begins with another entity. */
  clear(): void {
    this.blob = undefined;
  }

  /** Adds the event whose values are in `values`. */
  add(eventTimeUs: bigint, order: bigint): void {
    this.blob ??= new TileBlob(this.plan, undefined);
    this.blob.add({ eventTimeUs, order, values: this.values });
  }

  /** The features at an instant that is not before an event. */
  answer(atUs: bigint): readonly FeatureValue[] {
    return this.render(this.blob?.bytes(), undefined, atUs).values;
  }
}
