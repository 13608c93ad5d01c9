import {
  AggregateFunction,
  type FeatureSchema,
  type FeatureViewSchema,
  ValueType,
} from "@timewell/contracts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CompiledView } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";
import { type NaiveEvent, naiveWindow } from "@timewell/store-conformance";

const minuteMs = 60_000n;
const hourMs = 60n * minuteMs;

type FeatureInit = MessageInitShape<typeof FeatureSchema>;

/** Names of the windowed views of a story. */
export const windowedViews = ["user_events", "pair_events", "everyone_events"] as const;
/** Name of a windowed view of a story. */
export type WindowedView = (typeof windowedViews)[number];

/** True for the name of a windowed view. */
export function isWindowedView(name: string): name is WindowedView {
  return (windowedViews as readonly string[]).includes(name);
}

/** Filters, and what they mean. */
const filters: Readonly<Record<string, (values: readonly FeatureValue[]) => boolean>> = {
  "": () => true,
  'kind == "a"': ([, , kind]) => kind === "a",
  "amount > 0.0 || !has(event.kind)": ([amount, , kind]) =>
    (amount !== null && (amount as number) > 0) || kind === null,
};

function aggregate(
  name: string,
  [fn, type, input]: readonly [AggregateFunction, ValueType, string?],
  windowMs: bigint,
  rest: { readonly filter?: string; readonly n?: number } = {},
): FeatureInit {
  return { name, type, aggregate: { function: fn, input: input ?? "", windowMs, ...rest } };
}

const { INT64, DOUBLE, STRING, DOUBLE_LIST } = ValueType;
const count = [AggregateFunction.COUNT, INT64] as const;
const units = [AggregateFunction.SUM, INT64, "units"] as const;
const amounts = [AggregateFunction.SUM, DOUBLE, "amount"] as const;
const last = [AggregateFunction.LAST, STRING, "kind"] as const;
const [late, other] = Object.keys(filters).slice(1);

/** Events of each kind of entity: with an id, without one, and of the one entity without keys. */
export function windowedDefinitions(): MessageInitShape<typeof FeatureViewSchema>[] {
  const eventFields = [
    { name: "amount", type: DOUBLE },
    { name: "units", type: INT64 },
    { name: "kind", type: STRING },
    { name: "event_id", type: INT64 },
  ];
  const small = [
    aggregate("count_1m", count, minuteMs),
    aggregate("count_10m", count, 10n * minuteMs, { filter: late! }),
    aggregate("units", units, 0n),
  ];
  return [
    {
      name: "user_events",
      entity: "user",
      eventFields,
      eventIdField: "event_id",
      features: [
        ...small,
        aggregate("units_1h", units, hourMs, { filter: other! }),
        aggregate("amount_1m", amounts, minuteMs),
        aggregate("mean_10m", [AggregateFunction.MEAN, DOUBLE, "amount"], 10n * minuteMs),
        aggregate("min_1h", [AggregateFunction.MIN, DOUBLE, "amount"], hourMs),
        aggregate("max_ever", [AggregateFunction.MAX, INT64, "units"], 0n),
        aggregate("first_1m", [AggregateFunction.FIRST, STRING, "kind"], minuteMs),
        aggregate("last_1d", last, 24n * hourMs, { filter: other! }),
        aggregate("last_3", [AggregateFunction.LAST_N, DOUBLE_LIST, "amount"], 10n * minuteMs, { n: 3 }),
      ],
    },
    {
      name: "pair_events",
      entity: "pair",
      eventFields,
      features: [...small, aggregate("last_1m", last, minuteMs)],
    },
    { name: "everyone_events", entity: "everyone", eventFields, features: small },
  ];
}

/** How far back events lie, s, by the age of a step: about the tails of windows, which slide over them as time passes. */
const agesS = [0, 5, 54, 55, 60, 65, 595, 600, 605, 3_540, 3_600, 3_660];

/** The event time of a step, on the 5 seconds that tails stop at, or a µs before them. */
export function windowedEventTimeUs(nowUs: bigint, age: number): bigint {
  const gridUs = nowUs - (nowUs % 5_000_000n);
  const backUs = BigInt(agesS[age % agesS.length]!) * 1_000_000n;
  return gridUs - backUs - (age % 3 === 2 ? 1n : 0n);
}

/** Values of the fields of an event. Sums of them are exact in any order. */
export function eventValues(number: number): Readonly<Record<string, FeatureValue>> {
  return {
    amount: [0.25, -1.5, null, 1024.75, 0][number % 5]!,
    units: [1n, null, 2n ** 62n, -3n][number % 4]!,
    kind: ["a", "b", null][number % 3]!,
    event_id: BigInt(number),
  };
}

/** The first instant at which the window of so many seconds, 600 at most, has left an event behind. */
export function windowEndUs(eventTimeUs: bigint, windowS: bigint): bigint {
  const hopUs = 5_000_000n;
  const outUs = eventTimeUs + windowS * 1_000_000n;
  return outUs - (outUs % hopUs) + hopUs;
}

/** What the rule of windows says of an instant in mode AVAILABLE, from the events of one entity. */
export function naiveAnswer(
  view: CompiledView,
  events: readonly NaiveEvent[],
  atUs: bigint,
): readonly FeatureValue[] {
  return view.definition.features.map(({ aggregate: of }, i) => {
    const { function: fn, input, windowMs, filter, n } = of!;
    const place = view.definition.eventFields.findIndex(({ name }) => name === input);
    const window = {
      function: Object.entries(AggregateFunction).find(([, number]) => number === fn)![0] as "COUNT",
      input: place < 0 ? undefined : place,
      windowUs: windowMs * 1_000n,
      accepts: filters[filter]!,
      n,
      type: view.features[i]!.type,
    };
    return naiveWindow(events, window, atUs, "AVAILABLE").value;
  });
}
