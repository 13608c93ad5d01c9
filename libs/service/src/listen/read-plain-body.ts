import { FeatureStoreError } from "@timewell/errors";
import type { PlainRequest } from "./plain-http.ts";

/** Largest body, bytes: that of a gRPC request. */
const bodyBytesMax = 4 * 2 ** 20;

/** Reads the body of a request. LIMIT_EXCEEDED over 4 MiB, INVALID_REQUEST where it comes compressed or breaks off. */
export async function readPlainBody(request: PlainRequest): Promise<Buffer> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity")
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot read the request: its body is compressed", {
      hint: "Send it without content-encoding.",
    });
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      // What is over the limit is read to its end and forgotten, so that the caller gets to see the answer.
      if (length <= bodyBytesMax) parts.push(part);
      else parts.length = 0;
    }
  } catch (cause) {
    throw new FeatureStoreError("CANCELLED", "The caller went away before the end of the request", { cause });
  }
  if (length <= bodyBytesMax) return Buffer.concat(parts, length);
  throw new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot read a request of ${length} bytes: at most ${bodyBytesMax} are allowed`,
    { hint: "Send more than one request." },
  );
}
