import { create } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@timewell/contracts";
import { type CompiledView, featureToValue, type NamedField } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";
import type { NaiveEvent } from "@timewell/store-conformance";

import type { StoryEngines } from "./story-engines.testdata.ts";
import type { StoryView } from "./story-project.testdata.ts";
import {
  eventValues,
  isWindowedView,
  naiveAnswer,
  windowedEventTimeUs,
  type WindowedView,
} from "./story-windows.testdata.ts";
import type { Answer, StoryWorld, Who } from "./story-world.testdata.ts";

/** An event to push. */
interface EventStep {
  readonly view: WindowedView;
  readonly who: Who;
  readonly age: number;
  /** Push the last event of the view once more, with another time. */
  readonly isAgain: boolean;
  /** Another one for each event. */
  readonly number: number;
}

interface PushedEvent extends Omit<NaiveEvent, "availableTimeUs"> {
  readonly view: string;
  /** Key of its entity, as text. */
  readonly entity: string;
  /** Its place in the log, `partition/position`. */
  readonly place: string;
}

/** The events of the windowed views of a story, and what the rule of windows says of them. */
export class StoryEvents {
  readonly #engines: StoryEngines;
  readonly #world: StoryWorld;
  readonly #events: PushedEvent[] = [];
  readonly #last = new Map<WindowedView, Pick<EventStep, "who" | "number">>();

  constructor(engines: StoryEngines, world: StoryWorld) {
    this.#engines = engines;
    this.#world = world;
  }

  /** Pushes an event and gives its time. */
  async push(step: EventStep): Promise<bigint> {
    const { view, age } = step;
    const { who, number } = (step.isAgain ? this.#last.get(view) : undefined) ?? step;
    this.#last.set(view, { who, number });
    const { nowUs } = this.#world;
    const eventTimeUs =
      age < 0 ? gridUs(this.#world, age) : age === 0 ? nowUs : windowedEventTimeUs(nowUs, age);
    const { input, keys } = this.#world.view(view);
    const given = eventValues(number);
    const row = { keys: keysOf({ keys }, who), eventTimeUs, features: valuesOf(input.features, given) };
    const [place] = await this.#world.push({ featureView: view, rows: [row] });
    const entity = entityOf({ keys }, who);
    // Of events with one id of one entity the first counts; the others got its place.
    const hasIds = this.#world.view(view).definition.eventIdField !== "";
    const isSame = (event: PushedEvent) =>
      event.view === view && event.entity === entity && event.values.at(-1) === given["event_id"];
    if (hasIds && this.#events.some(isSame)) return eventTimeUs;
    const order = [BigInt(place!.split("/")[1]!)];
    const values = input.features.map(({ name }) => given[name]!);
    this.#events.push({ view, entity, place: place!, eventTimeUs, order, values });
    return eventTimeUs;
  }

  /** The rule of windows over the events that were pushed, with the stamps that the log has of them by now. */
  async naive(): Promise<(who: Who, view: StoryView, atUs: bigint) => Answer | undefined> {
    const { ingestLog } = this.#engines;
    const stamps = new Map<string, bigint | undefined>();
    for (const { partition, head } of await ingestLog.progress())
      for (const row of await ingestLog.read(partition, 0n, Number(head)))
        stamps.set(`${partition}/${row.position}`, row.availableTimeUs);
    const events = this.#events.map((event) => ({ ...event, availableTimeUs: stamps.get(event.place) }));
    return (who, name, atUs) => {
      if (!isWindowedView(name)) return undefined;
      const view = this.#world.view(name);
      const entity = entityOf(view, who);
      const own = events.filter((event) => event.view === name && event.entity === entity);
      return this.#world.answer(name, "PRESENT", naiveAnswer(view, own, atUs));
    };
  }
}

/** So many units before now, on the grid of units. */
export function gridUs({ nowUs, unitUs }: Pick<StoryWorld, "nowUs" | "unitUs">, age: number): bigint {
  return nowUs - (nowUs % unitUs) - BigInt(age) * unitUs;
}

/** The keys of a row, as pushes have them. */
export function keysOf({ keys }: Pick<CompiledView, "keys">, who: Who): Record<string, Value> {
  const values = {
    user: { case: "stringValue", value: who.user },
    device: { case: "int64Value", value: who.device },
  };
  const entries = keys.map(
    ({ name }) => [name, create(ValueSchema, { kind: values[name as keyof Who] } as never)] as const,
  );
  return Object.fromEntries(entries);
}

/** The values of a row, as pushes have them. */
export function valuesOf(
  fields: readonly NamedField[],
  values: Readonly<Record<string, FeatureValue>>,
): Record<string, Value> {
  const entries = fields.map(
    ({ name, type }) => [name, featureToValue(type, values[name] as FeatureValue)] as const,
  );
  return Object.fromEntries(entries);
}

function entityOf({ keys }: Pick<CompiledView, "keys">, who: Who): string {
  return keys.map(({ name }) => String(who[name as keyof Who])).join("/");
}
