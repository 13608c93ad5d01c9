import type { ErrorKind, FeatureStoreError } from "@timewell/errors";

import { collisionField } from "./feast-plans.ts";

/** An error as Feast's Python client reads it. */
export interface FeastError {
  /** HTTP status. */
  readonly status: number;
  /** The body: a JSON string that holds a JSON object. */
  readonly body: string;
}

/**
 * Statuses that are not 400. The client sends a request that was answered 429, 500, 502, 503 or 504 three times again, with pauses,
 * and hides the last answer; so only what another server can answer has one of those.
 */
const statuses: Partial<Record<ErrorKind, number>> = {
  LIMIT_EXCEEDED: 413,
  PROJECT_NOT_FOUND: 404,
  ENTITY_NOT_FOUND: 404,
  FEATURE_VIEW_NOT_FOUND: 404,
  FEATURE_NOT_FOUND: 404,
  FEATURE_SERVICE_NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  CANCELLED: 499,
  OVERLOADED: 424,
  STORE_UNAVAILABLE: 424,
  STORE_MISCONFIGURED: 424,
  REGISTRY_UNAVAILABLE: 424,
  DEADLINE_EXCEEDED: 424,
  DATA_LOSS: 424,
  INTERNAL: 424,
  SHUTTING_DOWN: 503,
};

/** Classes of `feast.errors` that the client raises; all others are plain FeastError. */
const classes: Partial<Record<ErrorKind, string>> = {
  PROJECT_NOT_FOUND: "ProjectObjectNotFoundException",
  ENTITY_NOT_FOUND: "EntityNotFoundException",
  FEATURE_VIEW_NOT_FOUND: "FeatureViewNotFoundException",
  FEATURE_NOT_FOUND: "FeastObjectNotFoundException",
  FEATURE_SERVICE_NOT_FOUND: "FeatureServiceNotFoundException",
  UNAUTHENTICATED: "FeastPermissionError",
  PERMISSION_DENIED: "FeastPermissionError",
};

/** Turns an error into the answer that makes Feast's client raise the exception of its own. */
export function toFeastError({ kind, message, field }: FeatureStoreError): FeastError {
  const named = field === collisionField ? "FeatureNameCollisionError" : classes[kind];
  const detail = { module: "feast.errors", class: named ?? "FeastError", message };
  return { status: statuses[kind] ?? 400, body: JSON.stringify(JSON.stringify(detail)) };
}
