import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type PushRequestSchema,
  type PushResponse,
  type PushStreamRequest,
  PushStreamRequestSchema,
  type PushStreamResponse,
} from "@timewell/contracts";
import { errorKinds, FeatureStoreError, type ErrorKind } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";
import { isCut } from "./is-cut.ts";

/** What a stream of pushes stands on. */
export interface PushStreamDeps {
  /** Opens the call; it is called again when a connection breaks. */
  readonly open: (requests: AsyncIterable<PushStreamRequest>) => AsyncIterable<PushStreamResponse>;
  readonly clock: Clock;
  /** Makes ids that never repeat. */
  readonly newId: () => string;
  /** Pushes that may be unanswered at a time [8]. */
  readonly inFlightMax?: number | undefined;
  /** How long pushes are sent again while none is answered, ms [60,000]. */
  readonly retryMs?: number | undefined;
}

interface Pending {
  readonly request: PushStreamRequest;
  readonly resolve: (response: PushResponse) => void;
  readonly reject: (reason: unknown) => void;
}

const inFlightDefault = 8;
const retryDefaultMs = 60_000;
const pauseFirstMs = 50;
const pauseMaxMs = 2_000;

/** Refusals of whole pushes that another try may be spared. */
const passing: ReadonlySet<string> = new Set<ErrorKind>([
  "STORE_UNAVAILABLE",
  "REGISTRY_UNAVAILABLE",
  "SHUTTING_DOWN",
  "OVERLOADED",
  "DEADLINE_EXCEEDED",
]);

/**
 * Sends pushes over one call, several at a time. Each has a request id: what is not answered when a connection breaks, or a server is
 * shut down, overloaded or cut off from its log, is sent again under the same id, and has one effect.
 */
export class PushStream {
  readonly #deps: PushStreamDeps;
  readonly #inFlightMax: number;
  readonly #retryMs: number;
  readonly #name: string;
  /** Unanswered pushes by sequence, in the order in which they were written. */
  readonly #pending = new Map<bigint, Pending>();
  /** Pushes to send over the connection that is open. */
  #unsent: Pending[] = [];
  #next = 0n;
  #closed = false;
  #failure: { readonly reason: unknown } | undefined;
  #running: Promise<void> | undefined;
  #wakers: (() => void)[] = [];
  /** When the last answer came, or the first push after a rest was written. */
  #progressMs = 0;

  constructor(deps: PushStreamDeps) {
    this.#deps = deps;
    this.#inFlightMax = deps.inFlightMax ?? inFlightDefault;
    this.#retryMs = deps.retryMs ?? retryDefaultMs;
    this.#name = deps.newId();
  }

  /**
   * Takes a push. Resolves when the next one may be written; `response` settles when this one is answered, and rejects where it was refused
   * as a whole. A push without a request id gets one.
   */
  async write(
    push: MessageInitShape<typeof PushRequestSchema>,
  ): Promise<{ response: Promise<PushResponse> }> {
    this.#check();
    const sequence = this.#next++;
    const requestId =
      push.requestId === undefined || push.requestId === "" ? `${this.#name}-${sequence}` : push.requestId;
    const request = create(PushStreamRequestSchema, { sequence, push: { ...push, requestId } as never });
    const response = new Promise<PushResponse>((resolve, reject) => {
      const pending = { request, resolve, reject };
      if (this.#pending.size === 0) this.#progressMs = this.#deps.clock.monotonicMs();
      this.#pending.set(sequence, pending);
      this.#unsent.push(pending);
    });
    // Whoever does not ask for it hears of it from `close`.
    response.catch((reason: unknown) => (this.#failure ??= { reason }));
    this.#running ??= this.#run();
    this.#wake();
    while (this.#pending.size >= this.#inFlightMax && !this.#closed) await this.#change();
    return { response };
  }

  /** Resolves when everything is answered, and ends the call. Rejects with the reason of the first push that was refused as a whole. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  #check(): void {
    if (!this.#closed) return;
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot push: the stream is closed", {
      hint: "Open another one",
    });
  }

  /** Opens a call, and another one where it breaks. */
  async #run(): Promise<void> {
    let pauseMs = pauseFirstMs;
    while (!this.#isDone()) {
      this.#unsent = [...this.#pending.values()];
      try {
        for await (const answer of this.#deps.open(this.#requests())) {
          if (this.#take(answer)) pauseMs = pauseFirstMs;
        }
        if (this.#isDone()) return;
      } catch (reason) {
        if (!this.#mayRetry(reason)) return this.#fail(reason);
      }
      await this.#deps.clock.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, pauseMaxMs);
    }
  }

  #isDone(): boolean {
    return this.#closed && this.#pending.size === 0;
  }

  #mayRetry(reason: unknown): boolean {
    const isPassing = reason instanceof FeatureStoreError && passing.has(reason.kind);
    if (!isPassing && !isCut(reason)) return false;
    return this.#pending.size === 0 || this.#deps.clock.monotonicMs() - this.#progressMs < this.#retryMs;
  }

  async *#requests(): AsyncGenerator<PushStreamRequest> {
    const own = this.#unsent;
    while (this.#unsent === own && !this.#isDone()) {
      const next = own.shift();
      if (next === undefined) await this.#change();
      else if (this.#pending.has(next.request.sequence)) yield next.request;
    }
  }

  /** True where it is an answer that lets the stream go on. */
  #take({ sequence, outcome }: PushStreamResponse): boolean {
    const pending = this.#pending.get(sequence);
    if (pending === undefined) return false;
    if (outcome.case === "response") {
      this.#pending.delete(sequence);
      this.#progressMs = this.#deps.clock.monotonicMs();
      pending.resolve(outcome.value);
      this.#wake();
      return true;
    }
    const { kind = "INTERNAL", message = "the server did not say what became of the push" } =
      outcome.value ?? {};
    const error = new FeatureStoreError(errorKinds.find((known) => known === kind) ?? "INTERNAL", message);
    if (this.#mayRetry(error)) void this.#again(pending);
    else {
      this.#pending.delete(sequence);
      pending.reject(error);
      this.#wake();
    }
    return false;
  }

  async #again(pending: Pending): Promise<void> {
    const own = this.#unsent;
    await this.#deps.clock.sleep(pauseFirstMs * 4);
    // Over another connection it was sent again already.
    if (this.#unsent === own) own.push(pending);
    this.#wake();
  }

  #fail(reason: unknown): void {
    this.#closed = true;
    this.#failure ??= { reason };
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
