import type { DescMethod } from "@bufbuild/protobuf";
import { createContextValues, type ContextValues, type HandlerContext } from "@connectrpc/connect";
import type { Metadata } from "@grpc/grpc-js";
import { FeatureStoreError } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";

/** The part of a grpc-js call that a context is made from. */
export interface GrpcCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  once(event: "cancelled", listener: () => void): unknown;
}

/** The connect context of a grpc-js call. What a handler seldom asks for is made when it does. */
export class GrpcContext implements HandlerContext {
  readonly protocolName = "grpc";
  readonly requestMethod = "POST";
  readonly url: string;
  readonly #method: DescMethod | undefined;
  readonly #call: GrpcCall;
  readonly #clock: Clock;
  #abort: AbortController | undefined;
  #values: ContextValues | undefined;
  #requestHeader: Headers | undefined;
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;

  constructor(path: string, method: DescMethod | undefined, call: GrpcCall, clock: Clock) {
    this.url = path;
    this.#method = method;
    this.#call = call;
    this.#clock = clock;
  }

  /** The generated method; a method that was registered by path has none. */
  get method(): DescMethod {
    if (this.#method === undefined) throw new TypeError(`${this.url} has no descriptor`);
    return this.#method;
  }

  get service() {
    return this.method.parent;
  }

  get values(): ContextValues {
    this.#values ??= createContextValues();
    return this.#values;
  }

  get requestHeader(): Headers {
    if (this.#requestHeader !== undefined) return this.#requestHeader;
    const header = new Headers();
    for (const [name, value] of Object.entries(this.#call.metadata.getMap())) {
      header.set(name, typeof value === "string" ? value : value.toString("base64"));
    }
    return (this.#requestHeader = header);
  }

  get responseHeader(): Headers {
    this.#responseHeader ??= new Headers();
    return this.#responseHeader;
  }

  get responseTrailer(): Headers {
    this.#responseTrailer ??= new Headers();
    return this.#responseTrailer;
  }

  /** Aborted at the deadline, at a cancel, at the end of the call, and by `abort`. */
  get signal(): AbortSignal {
    if (this.#abort !== undefined) return this.#abort.signal;
    const controller = new AbortController();
    this.#abort = controller;
    if (this.#call.cancelled) controller.abort(this.endReason());
    else this.#call.once("cancelled", () => controller.abort(this.endReason()));
    return controller.signal;
  }

  /** Aborts the signal, where anybody listens. */
  abort(reason: unknown): void {
    this.#abort?.abort(reason);
  }

  timeoutMs(): number | undefined {
    const deadline = Number(this.#call.getDeadline());
    return Number.isFinite(deadline) ? deadline - Number(this.#clock.nowUs() / 1000n) : undefined;
  }

  /** Why the call ended before its answer. */
  endReason(): FeatureStoreError {
    const leftMs = this.timeoutMs();
    if (leftMs !== undefined && leftMs <= 0) {
      return new FeatureStoreError("DEADLINE_EXCEEDED", "Cannot finish the request before its deadline", {
        hint: "Send a longer deadline, or ask for less at once.",
      });
    }
    return new FeatureStoreError("CANCELLED", "The caller cancelled the request");
  }
}
