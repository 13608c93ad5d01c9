import { ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Clock } from "@timewell/ttl";
import { isUnavailable } from "./is-unavailable.ts";

/** Reads that may be sent again without any effect. */
const retriable = new Set([
  "timewell.registry.v1.FeatureRegistry.Plan",
  "timewell.registry.v1.FeatureRegistry.GetSnapshot",
  "timewell.registry.v1.FeatureRegistry.ListProjects",
  "timewell.serving.v1.OnlineServing.GetOnlineFeatures",
  "timewell.serving.v1.OnlineServing.GetServingInfo",
  "timewell.ingestion.v1.Ingestion.GetIngestionStatus",
]);

const attemptsMax = 3;
const backoffFirstMs = 20;
const budgetMax = 10;
const budgetPerSuccess = 0.1;

/**
 * Sends a read again that ended UNAVAILABLE, at most twice. Each retry spends a budget that only successes fill, so that a
 * service which is down gets hardly more calls than one that is up.
 */
export function retryInterceptor(clock: Clock): Interceptor {
  let budget = budgetMax;
  return (next) => async (request) => {
    const isRead = !request.stream && retriable.has(`${request.service.typeName}.${request.method.name}`);
    if (!isRead) return next(request);
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await next(request);
        budget = Math.min(budgetMax, budget + budgetPerSuccess);
        return response;
      } catch (error) {
        const isOver = attempt === attemptsMax || request.signal.aborted;
        if (!isUnavailable(ConnectError.from(error)) || isOver) throw error;
        budget = Math.max(0, budget - 1);
        if (budget < budgetMax / 2) throw error;
        await clock.sleep(backoffFirstMs * 2 ** attempt, request.signal);
      }
    }
  };
}
