import { join, sep } from "node:path";

import { FeatureStoreError } from "@timewell/errors";

/** What a stream yields; where it fails because a segment is gone, an erase or a merge has written it anew: ask again, and it goes on. */
export async function* withErasedSegments<T>(
  stream: AsyncIterable<T>,
  offlineRoot: string,
): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (reason) {
    const gone = reason instanceof FeatureStoreError && reason.kind === "FILE_NOT_FOUND";
    if (!gone || !reason.message.includes(join(offlineRoot, "segments") + sep)) throw reason;
    throw new FeatureStoreError(
      "VERSION_CONFLICT",
      "Cannot go on with the training set: a segment that it reads was written anew, as an erase does",
      { hint: "Ask again, with the last resume token where there is one", cause: reason },
    );
  }
}
