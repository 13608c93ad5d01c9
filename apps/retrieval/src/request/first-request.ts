import type { GetTrainingSetRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

/** The messages of one call. */
export interface OpenedRequest {
  /** What to join. */
  readonly request: GetTrainingSetRequest;
  /** The messages after it; read only where the labels follow. */
  readonly rest: AsyncIterable<GetTrainingSetRequest>;
}

/** Takes the first message of a call; INVALID_REQUEST where there is none. */
export async function firstRequest(messages: AsyncIterable<GetTrainingSetRequest>): Promise<OpenedRequest> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true)
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot make a training set: the call has no message", {
      hint: "Send what to join as the first message",
    });
  return { request: first.value, rest: { [Symbol.asyncIterator]: () => iterator } };
}
