import type { FeatureStoreError } from "@timewell/errors";
import { definitionError } from "./definition-error.ts";

/** The error for a change of a service that its clients could not live with. */
export function breakingChange(service: string, path: string, problem: string): FeatureStoreError {
  const hint = `This would break clients of feature service ${service}: make a new service, for example ${service}_next.`;
  return definitionError(path, problem, hint, "BREAKING_CHANGE");
}
