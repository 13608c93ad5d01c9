import type { DescMethod } from "@bufbuild/protobuf";
import { createContextValues, type ContextValues } from "@connectrpc/connect";
import { FeatureStoreError } from "@timewell/errors";
import type { BytesContext } from "./bytes-method.ts";
import { deadlineExceeded } from "./deadline-exceeded.ts";
import type { GrpcCall } from "./grpc-call.ts";

/** The connect context of a gRPC call. What a handler seldom asks for is made when it does. */
export class GrpcContext implements BytesContext {
  readonly protocolName = "grpc";
  readonly requestMethod = "POST";
  readonly url: string;
  readonly #method: DescMethod | undefined;
  readonly #call: GrpcCall;
  #abort: AbortController | undefined;
  #values: ContextValues | undefined;
  #requestHeader: Headers | undefined;
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;

  constructor(path: string, method: DescMethod | undefined, call: GrpcCall) {
    this.url = path;
    this.#method = method;
    this.#call = call;
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
    for (const [name, value] of this.#call.headers()) header.set(name, value);
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
    else this.#call.onEnd(() => controller.abort(this.endReason()));
    return controller.signal;
  }

  /** Aborts the signal, where anybody listens. */
  abort(reason: unknown): void {
    this.#abort?.abort(reason);
  }

  answerMemory(bytes: number): Buffer {
    return this.#call.answerMemory(bytes);
  }

  timeoutMs(): number | undefined {
    return this.#call.timeoutMs();
  }

  /** Why the call ended before its answer. */
  endReason(): FeatureStoreError {
    const leftMs = this.timeoutMs();
    if (leftMs !== undefined && leftMs <= 0) return deadlineExceeded();
    return new FeatureStoreError("CANCELLED", "The caller cancelled the request");
  }
}
