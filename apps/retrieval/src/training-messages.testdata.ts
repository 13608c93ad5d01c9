import { create } from "@bufbuild/protobuf";
import { type GetTrainingSetRequest, GetTrainingSetRequestSchema } from "@timewell/contracts";

/** The messages of a call: what to join, then the labels. */
export async function* trainingMessages(
  request: GetTrainingSetRequest,
  labels: readonly Uint8Array[] = [],
): AsyncGenerator<GetTrainingSetRequest> {
  yield await Promise.resolve(request);
  for (const bytes of labels)
    for (let at = 0; at < bytes.length; at += 2 ** 20)
      yield create(GetTrainingSetRequestSchema, { labelsChunk: bytes.subarray(at, at + 2 ** 20) });
}
