import type { GetTrainingSetResponse, Receipt, TrainingSetStart } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Instant } from "./instant.ts";
import type { FeatureSelection } from "./online-features.ts";

/** Where labels come from. */
export type LabelsInit =
  /** Local file with an Arrow IPC stream. */
  | { readonly file: string }
  /** Arrow IPC stream in memory, or in pieces; where these can be iterated a second time they can be sent a second time. */
  | { readonly arrow: Uint8Array | AsyncIterable<Uint8Array> }
  /** Parquet or CSV file under an allowed root of the server. */
  | { readonly path: string }
  /** Labels that were sent before. */
  | { readonly digest: string };

/** Features of one view, looked up by label columns. */
export interface LookupInit {
  /** `view` or `view@version`. */
  readonly view: string;
  /** Prefix of the columns. Absent: the name of the view. */
  readonly alias?: string | undefined;
  /** Absent: all of the view. */
  readonly features?: readonly string[] | undefined;
  /** Label columns with the join keys, in their order. Absent: columns named as the keys. */
  readonly lookupKeys?: readonly string[] | undefined;
  /** Label column with the instants at which to look. Absent: that of the training set. */
  readonly eventTimeColumn?: string | undefined;
}

/** What a training set is made of. */
export type TrainingSelection =
  | (FeatureSelection & { readonly lookups?: undefined; readonly trainingSetId?: undefined })
  | {
      readonly lookups: readonly LookupInit[];
      readonly service?: undefined;
      readonly features?: undefined;
      readonly trainingSetId?: undefined;
    }
  /** A stored training set, made again; of the rest only labels, where its own were not kept, and the shard may be given. */
  | {
      readonly trainingSetId: string;
      readonly service?: undefined;
      readonly features?: undefined;
      readonly lookups?: undefined;
    };

/** A training set to make. */
export type TrainingSetInit = TrainingSelection & {
  readonly project: string;
  /** Needed but for a stored training set whose labels were kept. */
  readonly labels?: LabelsInit | undefined;
  /** Column with the instant of each row. Absent: `event_timestamp`. */
  readonly eventTimeColumn?: string | undefined;
  /** Which history counts. Absent: the default of each view. */
  readonly mode?: "EVENT_TIME" | "AVAILABLE" | undefined;
  /** Add a column `<view or alias>__status` for each view. */
  readonly includeStatuses?: boolean | undefined;
  /** Treat older rows as EXPIRED, ms; it only tightens the ttl. */
  readonly maxAgeMs?: number | undefined;
  /** Names of the columns to return, of labels and features alike, in this order. Absent: all. */
  readonly columns?: readonly string[] | undefined;
  /** The part of the rows to return: index from 0. Absent: all. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  /** Absent: that of the labels. */
  readonly order?: "labels" | "event-time" | undefined;
  /** Id of a snapshot to read. Absent: the present state becomes one. */
  readonly snapshot?: string | undefined;
  /** False: the server keeps no copy of the labels. */
  readonly keepLabels?: boolean | undefined;
  /** One instant for all rows; the labels then need no event time column. */
  readonly asOf?: Instant | undefined;
};

/**
 * A training set on its way: iterate it once for the bytes of one Arrow IPC stream, then look at the receipt. A connection that is cut is
 * made again, and the stream goes on where it was.
 */
export class TrainingSet implements AsyncIterable<Uint8Array> {
  readonly #parts: AsyncIterable<GetTrainingSetResponse>;
  readonly #start = Promise.withResolvers<TrainingSetStart>();
  readonly #receipt = Promise.withResolvers<Receipt>();
  #taken = false;

  constructor(parts: AsyncIterable<GetTrainingSetResponse>) {
    this.#parts = parts;
    this.#start.promise.catch(() => undefined); // The iteration throws the same.
    this.#receipt.promise.catch(() => undefined);
  }

  /** Its id, its snapshot and its rows; known when the first bytes were read. */
  get start(): Promise<TrainingSetStart> {
    return this.#start.promise;
  }

  /** What the training set is made of; known when all bytes were read. */
  get receipt(): Promise<Receipt> {
    return this.#receipt.promise;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.#taken) throw new TypeError("A training set can be read once: ask for it again");
    this.#taken = true;
    let receipt: Receipt | undefined;
    try {
      for await (const { part } of this.#parts) {
        if (part.case === "start") this.#start.resolve(part.value);
        else if (part.case === "receipt") receipt = part.value;
        else if (part.case === "arrowSchema" || part.case === "arrowBatch") yield part.value;
      }
      if (receipt === undefined) {
        throw new FeatureStoreError("DATA_LOSS", "Cannot use the training set: it ended without a receipt", {
          hint: "Ask for it again.",
        });
      }
      this.#receipt.resolve(receipt);
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#fail(new FeatureStoreError("CANCELLED", "The training set was not read to its end"));
    }
  }

  #fail(error: unknown): void {
    this.#start.reject(error);
    this.#receipt.reject(error);
  }

  /** Reads everything into memory: the bytes of one Arrow IPC stream. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}
