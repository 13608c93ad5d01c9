import type { GetTrainingSetResponse, Receipt } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { FeatureSelection } from "./online-features.ts";

/** Where labels come from. */
export type LabelsInit =
  /** Local file with an Arrow IPC stream. */
  | { readonly file: string }
  /** Arrow IPC stream in memory, or in pieces. */
  | { readonly arrow: Uint8Array | AsyncIterable<Uint8Array> }
  /** Parquet or CSV file under an allowed root of the server. */
  | { readonly path: string }
  /** Labels that were sent before. */
  | { readonly digest: string };

/** A training set to make. */
export type TrainingSetInit = FeatureSelection & {
  readonly project: string;
  readonly labels: LabelsInit;
  /** Column with the instant of each row. Absent: `event_timestamp`. */
  readonly eventTimeColumn?: string | undefined;
  /** Which history counts. Absent: the default of each view. */
  readonly mode?: "EVENT_TIME" | "AVAILABLE" | undefined;
  /** Add a column `<view or alias>__status` for each view. */
  readonly includeStatuses?: boolean | undefined;
  /** Treat older rows as EXPIRED, ms; it only tightens the ttl. */
  readonly maxAgeMs?: number | undefined;
};

/** A training set on its way: iterate it once for the bytes of one Arrow IPC stream, then look at the receipt. */
export class TrainingSet implements AsyncIterable<Uint8Array> {
  readonly #parts: AsyncIterable<GetTrainingSetResponse>;
  readonly #receipt = Promise.withResolvers<Receipt>();
  #taken = false;

  constructor(parts: AsyncIterable<GetTrainingSetResponse>) {
    this.#parts = parts;
    this.#receipt.promise.catch(() => undefined); // The iteration throws the same.
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
        if (part.case === "receipt") receipt = part.value;
        else if (part.case === "arrowSchema" || part.case === "arrowBatch") yield part.value;
      }
      if (receipt === undefined) {
        throw new FeatureStoreError("DATA_LOSS", "Cannot use the training set: it ended without a receipt", {
          hint: "Ask for it again.",
        });
      }
      this.#receipt.resolve(receipt);
    } catch (error) {
      this.#receipt.reject(error);
      throw error;
    } finally {
      this.#receipt.reject(new FeatureStoreError("CANCELLED", "The training set was not read to its end"));
    }
  }

  /** Reads everything into memory: the bytes of one Arrow IPC stream. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}
