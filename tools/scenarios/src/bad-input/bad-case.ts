import type { Deployment } from "../harness/start-apps.ts";

/** A wrong call and the error that it must get. */
export interface BadCase {
  readonly what: string;
  /** Name of the gRPC code. */
  readonly code: string;
  /** Kind of the closed set. */
  readonly kind: string;
  /** What the message must say. */
  readonly says: RegExp;
  readonly call: (deployment: Deployment) => Promise<unknown>;
}
