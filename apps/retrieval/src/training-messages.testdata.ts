import { create } from "@bufbuild/protobuf";
import { type GetTrainingSetRequest, GetTrainingSetRequestSchema } from "@timewell/contracts";

/** The messages of a call: what to join, then the labels. */
export async function* trainingMessages(
  request: GetTrainingSetRequest,
  labels: readonly Uint8Array[] = [],
): AsyncGenerator<GetTrainingSetRequest> {
  yield await Promise.resolve(request);
  for (const labelsChunk of labels) yield create(GetTrainingSetRequestSchema, { labelsChunk });
}
