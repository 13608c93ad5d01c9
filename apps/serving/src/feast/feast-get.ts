import type { FeastPlans } from "./feast-plans.ts";
import type { FeastReader } from "./feast-reader.ts";
import { FeastResponseWriter } from "./feast-response-writer.ts";
import { readFeastRequest } from "./read-feast-request.ts";

/** Answers `feast.serving.ServingService/GetOnlineFeatures`: request bytes in, response bytes out. */
export type FeastGet = (request: Uint8Array) => Promise<Uint8Array>;

/** Makes the handler. A wrong key anywhere fails a request before anything is read (semantics 8). */
export function createFeastGet(plans: FeastPlans, reader: FeastReader): FeastGet {
  const writer = new FeastResponseWriter();
  const metrics = reader.metricsOf("feast.serving.ServingService/GetOnlineFeatures");
  return (bytes) =>
    reader.answer(
      metrics,
      () => readFeastRequest(plans, bytes),
      (request, table, found) => writer.write(request, table, found),
    );
}
