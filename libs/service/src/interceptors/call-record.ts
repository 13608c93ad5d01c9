import { randomUUID } from "node:crypto";
import { codeOf } from "../errors/error-codes.ts";
import { codeName } from "../errors/code-name.ts";
import { isLibraryError } from "../errors/is-library-error.ts";
import { toFeatureStoreError } from "../errors/to-feature-store-error.ts";
import type { RpcPolicy } from "./rpc-policy.ts";

const requestIdPattern = /^[\w.:-]{1,64}$/;

/** One call, from its headers to its end: counted and timed once, and logged once where it fails. */
export class CallRecord {
  readonly #policy: RpcPolicy;
  readonly #method: string;
  /** When it began, on the monotonic clock, ms. */
  readonly startMs: number;
  readonly #count: (code: number, durationMs: number) => void;
  #requestId: string | undefined;
  #ended = false;
  /** Name of the caller's token. */
  principal = "";
  /** True once an interceptor answers for the end. */
  owned = false;

  constructor(policy: RpcPolicy, method: string, requestId?: string | null) {
    this.#policy = policy;
    this.#method = method;
    this.startMs = policy.clock.monotonicMs();
    this.#count = policy.metrics.begin(method);
    this.#requestId =
      typeof requestId === "string" && requestIdPattern.test(requestId) ? requestId : undefined;
  }

  /** Names the call in the log; the caller's own `x-request-id` where it sent a usable one. */
  get requestId(): string {
    this.#requestId ??= randomUUID();
    return this.#requestId;
  }

  /** The call ended well. */
  succeed(): void {
    if (!this.#ended) this.#end(0);
  }

  /** The call failed; the cause goes to the log and nowhere else. */
  fail(reason: unknown): void {
    if (this.#ended) return;
    const error = isLibraryError(reason) ? undefined : toFeatureStoreError(reason);
    const code = isLibraryError(reason) ? reason.code : codeOf(error?.kind ?? "INTERNAL");
    const durationMs = this.#end(code);
    const { log } = this.#policy;
    const fields = {
      requestId: this.requestId,
      method: this.#method,
      code: codeName(code),
      ...(error === undefined ? {} : { kind: error.kind }),
      principal: this.principal,
      durationMs: Math.round(durationMs * 1000) / 1000,
      reason: error?.message ?? String(reason),
      ...(error?.cause === undefined ? {} : { err: error.cause }),
    };
    if (error?.kind === "INTERNAL" || error?.kind === "DATA_LOSS") log.error(fields, "call failed");
    else log.info(fields, "call failed");
  }

  #end(code: number): number {
    this.#ended = true;
    const durationMs = this.#policy.clock.monotonicMs() - this.startMs;
    this.#count(code, durationMs);
    return durationMs;
  }
}
