import type { DescMethod } from "@bufbuild/protobuf";
import { FeatureStoreError } from "@timewell/errors";
import type { Alarm, CoarseTimer } from "@timewell/ttl";
import { type GrpcStatus, toGrpcStatus } from "../errors/to-grpc-status.ts";
import { CallRecord } from "../interceptors/call-record.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import { admit } from "./admit.ts";
import type { BytesMethod } from "./bytes-method.ts";
import { deadlineExceeded } from "./deadline-exceeded.ts";
import type { GrpcCall } from "./grpc-call.ts";
import { GrpcContext } from "./grpc-context.ts";

/** Largest answer, bytes; it is refused here, where the call can still be counted as failed. */
const answerBytesMax = 64 * 2 ** 20;

/** A unary method as it is hosted. */
export interface HostedUnary {
  readonly policy: RpcPolicy;
  readonly timers: UnaryTimers;
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly method: BytesMethod;
  /** Absent where it was registered by path. */
  readonly desc: DescMethod | undefined;
}

/** What ends calls in time. */
export interface UnaryTimers {
  /** For calls that come without a deadline of their own. */
  readonly fallback: CoarseTimer;
  /** For deadlines of callers. */
  readonly deadlines: CoarseTimer;
}

/** Where the answer to a unary call goes. One of the two is called, once. */
export interface UnaryAnswer {
  succeed(message: Uint8Array): void;
  fail(status: GrpcStatus): void;
}

/**
 * The whole chain for one unary call: deadline → who → may → count and log → handler. Its size was checked before. It is its
 * own alarm, so that a deadline costs no more than a place in a list.
 */
export class UnaryCall implements Alarm {
  /** When the call ends without an answer; 0 where that is not for the timers. */
  dueMs = 0;
  readonly #hosted: HostedUnary;
  readonly #call: GrpcCall;
  readonly #answer: UnaryAnswer;
  readonly #record: CallRecord;
  readonly #context: GrpcContext;
  #hasDeadline = false;
  #answered = false;
  /** Place in the timer, while `dueMs` is not 0. */
  #place = 0;

  constructor(hosted: HostedUnary, call: GrpcCall, answer: UnaryAnswer) {
    this.#hosted = hosted;
    this.#call = call;
    this.#answer = answer;
    this.#record = new CallRecord(hosted.policy, hosted.path.slice(1));
    this.#context = new GrpcContext(hosted.path, hosted.desc, call);
  }

  /** Answers the request. */
  run(request: Uint8Array): void {
    const { policy, method } = this.#hosted;
    try {
      const leftMs = admit(policy, method.access, this.#call, this.#context, this.#record);
      const result = method.handler(request, this.#context);
      if (!(result instanceof Promise)) return this.#succeed(result);
      this.#hasDeadline = leftMs !== undefined;
      this.dueMs = this.#record.startMs + (leftMs ?? policy.limits.timeoutDefaultMs);
      this.#place = this.#timer.add(this);
      result.then(
        (bytes) => this.#succeed(bytes),
        (reason: unknown) => this.refuse(reason),
      );
    } catch (reason) {
      this.refuse(reason);
    }
  }

  /** Ends the call with a reason, unless it has ended. */
  refuse(reason: unknown): void {
    if (this.#answered) return;
    this.#end();
    const shown = this.#call.cancelled ? this.#context.endReason() : reason;
    this.#record.fail(shown);
    const status = toGrpcStatus(shown);
    status.metadata.set("x-request-id", this.#record.requestId);
    this.#answer.fail(status);
  }

  /** The time of the call is over. */
  ring(): void {
    const { timeoutDefaultMs } = this.#hosted.policy.limits;
    const reason = this.#hasDeadline
      ? deadlineExceeded()
      : new FeatureStoreError("DEADLINE_EXCEEDED", `Cannot finish the request in ${timeoutDefaultMs} ms`);
    this.#context.abort(reason);
    this.refuse(reason);
  }

  #succeed(message: Uint8Array): void {
    if (this.#answered) return;
    if (this.#call.cancelled) return this.refuse(undefined);
    if (message.length > answerBytesMax) return this.refuse(tooLarge(message.length));
    this.#end();
    this.#record.succeed();
    this.#answer.succeed(message);
  }

  get #timer(): CoarseTimer {
    const { fallback, deadlines } = this.#hosted.timers;
    return this.#hasDeadline ? deadlines : fallback;
  }

  #end(): void {
    this.#answered = true;
    if (this.dueMs > 0) this.#timer.clear(this.#place, this);
  }
}

function tooLarge(bytes: number): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot send an answer of ${bytes} bytes: at most 64 MiB are allowed`,
    { hint: "Ask for less at once." },
  );
}
