import type { DescMethod } from "@bufbuild/protobuf";
import type { handleUnaryCall, sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { FeatureStoreError } from "@timewell/errors";
import type { Alarm, CoarseTimer } from "@timewell/ttl";
import { toGrpcStatus } from "../errors/to-grpc-status.ts";
import { CallRecord } from "../interceptors/call-record.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import { admit } from "./admit.ts";
import { GrpcContext } from "./grpc-context.ts";
import type { BytesMethod } from "./grpc-server.ts";

/** Largest answer, bytes; grpc-js refuses to send greater ones, when the call is counted already. */
const answerBytesMax = 64 * 2 ** 20;

/** A unary method as it is hosted. */
export interface HostedUnary {
  readonly policy: RpcPolicy;
  /** Ends calls that come without a deadline of their own. */
  readonly timer: CoarseTimer;
  readonly path: string;
  readonly method: BytesMethod;
  /** Absent where it was registered by path. */
  readonly desc: DescMethod | undefined;
}

/** The whole chain for one unary method of grpc-js: deadline → (size, by grpc-js) → who → may → count and log → handler. */
export function unaryHandler(hosted: HostedUnary): handleUnaryCall<Uint8Array, Uint8Array> {
  const name = hosted.path.slice(1);
  return (call, respond) => new UnaryCall(hosted, name, call, respond).run();
}

/** One call. It is its own alarm, so that a deadline costs no more than a place in a list. */
class UnaryCall implements Alarm {
  /** When a call without a deadline ends; see `run`. */
  dueMs = 0;
  readonly #hosted: HostedUnary;
  readonly #call: ServerUnaryCall<Uint8Array, Uint8Array>;
  readonly #respond: sendUnaryData<Uint8Array>;
  readonly #record: CallRecord;
  readonly #context: GrpcContext;
  #answered = false;
  /** Place in the timer, while `dueMs` is not 0. */
  #place = 0;

  constructor(
    hosted: HostedUnary,
    name: string,
    call: ServerUnaryCall<Uint8Array, Uint8Array>,
    respond: sendUnaryData<Uint8Array>,
  ) {
    this.#hosted = hosted;
    this.#call = call;
    this.#respond = respond;
    this.#record = new CallRecord(hosted.policy, name);
    this.#context = new GrpcContext(hosted.path, hosted.desc, call, hosted.policy.clock);
  }

  run(): void {
    const { policy, timer, method } = this.#hosted;
    try {
      const hasDeadline = admit(policy, method.access, this.#call, this.#context, this.#record);
      const result = method.handler(this.#call.request, this.#context);
      if (!(result instanceof Promise)) return this.#succeed(result);
      if (!hasDeadline) {
        this.dueMs = this.#record.startMs + policy.limits.timeoutDefaultMs;
        this.#place = timer.add(this);
      }
      result.then(
        (bytes) => this.#succeed(bytes),
        (reason: unknown) => this.#fail(reason),
      );
    } catch (reason) {
      this.#fail(reason);
    }
  }

  /** The time of a call without a deadline is over. */
  ring(): void {
    const { timeoutDefaultMs } = this.#hosted.policy.limits;
    const reason = new FeatureStoreError(
      "DEADLINE_EXCEEDED",
      `Cannot finish the request in ${timeoutDefaultMs} ms`,
    );
    this.#context.abort(reason);
    this.#fail(reason);
  }

  #succeed(bytes: Uint8Array): void {
    if (this.#answered) return;
    if (this.#call.cancelled) return this.#fail(undefined);
    if (bytes.length > answerBytesMax) return this.#fail(tooLarge(bytes.length));
    this.#end();
    this.#record.succeed();
    this.#respond(null, bytes);
  }

  #fail(reason: unknown): void {
    if (this.#answered) return;
    this.#end();
    const shown = this.#call.cancelled ? this.#context.endReason() : reason;
    this.#record.fail(shown);
    const status = toGrpcStatus(shown);
    status.metadata.set("x-request-id", this.#record.requestId);
    this.#respond(status);
  }

  #end(): void {
    this.#answered = true;
    if (this.dueMs > 0) this.#hosted.timer.clear(this.#place, this);
  }
}

function tooLarge(bytes: number): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot send an answer of ${bytes} bytes: at most 64 MiB are allowed`,
    { hint: "Ask for less at once." },
  );
}
