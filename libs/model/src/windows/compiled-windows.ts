import type { RenderWindows, TilePlan, WindowFeature } from "@timewell/transforms";

/** What a windowed view computes of its events. Frozen. */
export interface CompiledWindows {
  /** One for each feature of the view, in its order; inputs are places in `view.input.features`. */
  readonly features: readonly WindowFeature[];
  /** What is kept of the events of an entity online. */
  readonly tiles: TilePlan;
  /** Answers the features from what is kept. Not safe to call again from within a call. */
  readonly render: RenderWindows;
  /** Place in `view.input.features` of the field that tells events apart; undefined where none is declared. */
  readonly eventId: number | undefined;
  /**
   * Events before it count from source files, events from it on from the log, µs UTC. Undefined where the view has no batch
   * source.
   */
  readonly cutOverUs: bigint | undefined;
  /** View id of the part online that is made of source files; undefined where the view has no batch source. */
  readonly batchPartId: number | undefined;
  /** Places of the event fields whose texts or byte strings features answer with. */
  readonly answeredTexts: readonly number[];
  /** Most bytes of such a value: an event with a longer one is refused, so that every answer fits into a row. */
  readonly valueBytesMax: number;
}
