import type { GetTrainingSetResponse, TrainingSetStart } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";
import { isCut } from "./is-cut.ts";

/** Tries in a row that bring nothing new. */
export const attemptsMax = 15;

const backoffFirstMs = 50;
const backoffMaxMs = 5_000;

/** Where a stream goes on. */
export interface ResumePoint {
  /** Of the first stream. */
  readonly start: TrainingSetStart;
  /** Of the last whole batch; undefined where there was none yet. */
  readonly token: Uint8Array | undefined;
}

/** How a stream is opened, and when it is opened again. */
export interface ResumedStreamInit {
  /** Opens the stream, from its start where there is no point yet. */
  readonly open: (point: ResumePoint | undefined) => AsyncIterable<GetTrainingSetResponse>;
  /** False where the labels of a stream that has not begun cannot be sent a second time. */
  readonly canRestart: () => boolean;
  /** What went wrong on this side while the stream was opened, in labels for example; undefined: nothing. */
  readonly failure: () => unknown;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal | undefined;
}

/**
 * The messages of a training set, each once, however often the connection is cut or the server goes away: the stream is opened again
 * after its last whole batch. Gives up after 15 tries in a row that brought none, some 45 s.
 */
export async function* resumedStream(init: ResumedStreamInit): AsyncGenerator<GetTrainingSetResponse> {
  const { open, canRestart, failure, clock, signal } = init;
  const held = new HeldStream();
  let failures = 0;
  for (;;) {
    const tokenBefore = held.point?.token;
    try {
      for await (const response of open(held.point)) yield* held.take(response);
      return;
    } catch (error) {
      held.dropHalf();
      if (failure() !== undefined) throw failure();
      failures = held.point?.token === tokenBefore ? failures + 1 : 0;
      const isOver = failures >= attemptsMax || signal?.aborted === true;
      if (isOver || !isCut(error) || (held.point === undefined && !canRestart())) throw error;
      await clock.sleep(Math.min(backoffFirstMs * 2 ** failures, backoffMaxMs), signal);
    }
  }
}

/** Hands on whole batches only, so that a batch that was cut can come again. */
class HeldStream {
  point: ResumePoint | undefined;
  #half: GetTrainingSetResponse[] = [];
  #hasSchema = false;

  *take(response: GetTrainingSetResponse): Generator<GetTrainingSetResponse> {
    const { part, batchEnd } = response;
    if (part.case === "start") {
      if (this.point === undefined) yield response;
      this.#check(part.value);
    } else if (part.case === "arrowSchema") {
      if (!this.#hasSchema) yield response;
      this.#hasSchema = true;
    } else if (part.case === "arrowBatch") {
      this.#half.push(response);
      if (batchEnd === undefined) return;
      const whole = this.#half;
      this.#half = [];
      if (this.point !== undefined) this.point = { ...this.point, token: batchEnd.resumeToken };
      yield* whole;
    } else {
      yield* this.#half;
      yield response;
    }
  }

  /** What came of a batch without its end. */
  dropHalf(): void {
    this.#half = [];
  }

  #check(start: TrainingSetStart): void {
    this.point ??= { start, token: undefined };
    const { trainingSetId } = this.point.start;
    if (start.trainingSetId === trainingSetId) return;
    throw new FeatureStoreError(
      "DATA_LOSS",
      `Cannot go on with training set ${trainingSetId}: the server went on with ${start.trainingSetId}`,
      { hint: "Ask for the training set again." },
    );
  }
}
