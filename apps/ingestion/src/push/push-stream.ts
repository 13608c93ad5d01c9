import { create } from "@bufbuild/protobuf";
import {
  type PushRequest,
  type PushResponse,
  type PushStreamRequest,
  type PushStreamResponse,
  PushStreamResponseSchema,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

import { answerEach } from "./answer-each.ts";

/** Pushes of one stream that are under way or wait for their reader; more are not taken up. */
export const pushesInFlightMax = 8;

/**
 * Answers the pushes of a stream as they become durable. A push that is refused as a whole is answered with its error, and the stream
 * goes on; what is no FeatureStoreError ends it. `draining` ends it with SHUTTING_DOWN once what is under way is answered.
 */
export function pushStream(
  requests: AsyncIterable<PushStreamRequest>,
  push: (request: PushRequest) => Promise<PushResponse>,
  draining: AbortSignal,
): AsyncGenerator<PushStreamResponse> {
  const answer = async ({ sequence, push: request }: PushStreamRequest) => {
    try {
      if (request === undefined) throw noPush();
      const value = await push(request);
      return create(PushStreamResponseSchema, { sequence, outcome: { case: "response", value } });
    } catch (reason) {
      if (!(reason instanceof FeatureStoreError) || reason.kind === "CANCELLED") throw reason;
      const { kind, message } = reason;
      return create(PushStreamResponseSchema, {
        sequence,
        outcome: { case: "error", value: { kind, message } },
      });
    }
  };
  return answerEach(requests, answer, { inFlightMax: pushesInFlightMax, draining });
}

function noPush(): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", "Cannot push: the message has no push", {
    field: "push",
    hint: "Send a PushRequest in every message of the stream",
  });
}
