import type { ApplyOptions, ApplyOutcome } from "@timewell/store-ports";
import { fenced, fencedEpoch, redisUnavailable } from "./redis-errors.ts";

/** Batches that are being applied: a store waits for them before it ends its connections. */
export class BatchesUnderWay {
  readonly #batches = new Set<Promise<unknown>>();

  /** The outcomes of a batch; FENCED where the script refused its fence, STORE_UNAVAILABLE where Redis failed. */
  async add(options: ApplyOptions, applying: Promise<ApplyOutcome[]>): Promise<ApplyOutcome[]> {
    this.#batches.add(applying);
    try {
      return await applying;
    } catch (reason) {
      const seen = fencedEpoch(reason);
      throw seen === undefined ? redisUnavailable("write to", reason) : fenced(options, seen);
    } finally {
      this.#batches.delete(applying);
    }
  }

  /** Resolves when all that are under way now have ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#batches);
  }
}
