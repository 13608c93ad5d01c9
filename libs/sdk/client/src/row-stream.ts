import type { PushRequest, ValueType } from "@timewell/contracts";
import { pushOutcomes, pushRow, type PlainRow, type PushInit, type PushOutcome } from "./push-rows.ts";
import type { PushStream } from "./push-stream.ts";

/** Where rows of a stream go. */
export type RowStreamInit = Pick<PushInit, "project" | "view" | "version" | "alsoVersions" | "wait"> & {
  /** Pushes that may be unanswered at a time [8]. */
  readonly inFlightMax?: number | undefined;
  /** How long pushes are sent again while none is answered, ms [60,000]. */
  readonly retryMs?: number | undefined;
};

type PushHead = Pick<PushRequest, "project" | "featureView" | "version" | "alsoVersions" | "wait">;

/** A stream of rows of one view; see `TimewellClient.pushStream`. */
export class RowStream {
  readonly #stream: PushStream;
  readonly #head: PushHead;
  readonly #types: ReadonlyMap<string, ValueType>;

  constructor(stream: PushStream, head: PushHead, types: ReadonlyMap<string, ValueType>) {
    this.#stream = stream;
    this.#head = head;
    this.#types = types;
  }

  /**
   * Sends rows as one push, 1 to 10,000 of them. Resolves when more rows may be written: await it, and memory stays bounded. `outcomes` has one outcome for
   * each row, in order, once the rows are durable.
   */
  async write(rows: readonly PlainRow[]): Promise<{ outcomes: Promise<PushOutcome[]> }> {
    const messages = rows.map((row, index) => pushRow(row, index, this.#types));
    const { response } = await this.#stream.write({ ...this.#head, rows: messages });
    const outcomes = response.then(pushOutcomes);
    outcomes.catch(() => undefined);
    return { outcomes };
  }

  /** Resolves when every row is answered. Rejects where a push was refused as a whole. */
  close(): Promise<void> {
    return this.#stream.close();
  }
}
