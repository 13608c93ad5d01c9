import { FeatureStoreError } from "@timewell/errors";
import type { LabelFile } from "@timewell/store-ports";

/** What a stream yields; where it fails because uploaded labels are no Arrow, that is INVALID_LABELS: the caller sent them. */
export async function* withLabelErrors<T>(stream: AsyncIterable<T>, labels: LabelFile): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (reason) {
    const damaged = reason instanceof FeatureStoreError && reason.kind === "DATA_LOSS";
    if (labels.format !== "arrow" || !damaged || !reason.message.includes(labels.path)) throw reason;
    throw new FeatureStoreError(
      "INVALID_LABELS",
      "Cannot read the uploaded labels: they are cut off or not Arrow IPC",
      {
        field: "labels_digest",
        hint: "Upload them again, as an uncompressed Arrow IPC stream",
        cause: reason,
      },
    );
  }
}
