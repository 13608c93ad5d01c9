import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Alarm } from "@timewell/ttl";
import type { GrpcStatus } from "../errors/to-grpc-status.ts";
import { deadlineExceeded } from "./deadline-exceeded.ts";
import { FramePool } from "./frame-pool.ts";
import type { GrpcCall } from "./grpc-call.ts";
import { parseTimeoutMs } from "./parse-timeout-ms.ts";
import { RequestFrame } from "./request-frame.ts";
import { type HostedUnary, type UnaryAnswer, UnaryCall } from "./unary-call.ts";

const headBytes = 5;
const frames = new FramePool();
const responseHeaders = {
  ":status": 200,
  "content-type": "application/grpc+proto",
  "grpc-accept-encoding": "identity,deflate,gzip",
};
/** A list costs Node less than an object, which it copies. */
const responseHeaderList = Object.entries(responseHeaders).flat().map(String);
const withTrailers = { waitForTrailers: true, sendDate: false };
const withoutMessage = { endStream: true, sendDate: false };
const okTrailers = { "grpc-status": 0 };
/** What concerns the two servers alone. */
const ownHeaders = new Set([
  "grpc-timeout",
  "grpc-encoding",
  "grpc-accept-encoding",
  "accept-encoding",
  "te",
]);

/** A unary call that is answered on its HTTP/2 stream, without the call objects of grpc-js. */
export class DirectCall implements GrpcCall, UnaryAnswer, Alarm {
  /** The caller's deadline, on the monotonic clock, ms; Infinity where it has none. */
  readonly dueMs: number;
  readonly #hosted: HostedUnary;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #request: RequestFrame;
  /** Memory that was asked for: a frame whose message is `#message`. */
  #frame: Buffer | undefined;
  #message: Uint8Array | undefined;
  /** True once the request is whole, or refused. */
  #received = false;
  /** Place in the timer until the request has come, where there is a deadline. */
  #place = 0;

  /** Whether a call is one that grpc-js need not see: well-formed, and not compressed. */
  static takes(headers: IncomingHttpHeaders): boolean {
    const encoding = headers["grpc-encoding"];
    return (
      headers[":method"] === "POST" &&
      headers["content-type"]?.startsWith("application/grpc") === true &&
      (encoding === undefined || encoding === "identity") &&
      !Number.isNaN(parseTimeoutMs(headers["grpc-timeout"]))
    );
  }

  constructor(hosted: HostedUnary, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    const { policy, path } = hosted;
    this.#hosted = hosted;
    this.#stream = stream;
    this.#headers = headers;
    this.#request = new RequestFrame(path, policy.limits.messageBytesMax);
    const timeoutMs = parseTimeoutMs(headers["grpc-timeout"]);
    this.dueMs = timeoutMs === undefined ? Infinity : policy.clock.monotonicMs() + timeoutMs;
    stream.on("error", ignore); // "close" follows.
    stream.on("data", (piece: Buffer) => this.#read(piece));
    stream.on("end", () => this.#run());
    if (timeoutMs !== undefined) this.#awaitRequest();
  }

  get cancelled(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  timeoutMs(): number | undefined {
    return this.dueMs === Infinity ? undefined : this.dueMs - this.#hosted.policy.clock.monotonicMs();
  }

  header(name: string): string | undefined {
    return this.#headers[name]?.toString();
  }

  *headers(): Iterable<readonly [string, string]> {
    for (const [name, value] of Object.entries(this.#headers))
      if (value !== undefined && !name.startsWith(":") && !ownHeaders.has(name))
        yield [name, value.toString()];
  }

  onEnd(listener: () => void): void {
    this.#stream.once("close", listener);
  }

  answerMemory(bytes: number): Buffer {
    const frame = frames.take(headBytes + bytes);
    const message = frame.subarray(headBytes, headBytes + bytes);
    this.#frame = frame;
    this.#message = message;
    return message;
  }

  succeed(message: Uint8Array): void {
    if (message !== this.#message) this.answerMemory(message.length).set(message);
    const frame = this.#frame!;
    frame[0] = 0;
    frame.writeUInt32BE(message.length, 1);
    const stream = this.#stream;
    stream.on("wantTrailers", sendOkTrailers);
    stream.respond(responseHeaderList, withTrailers);
    const bytes = frame.subarray(0, headBytes + message.length);
    if (!FramePool.takesBack(frame)) return void stream.end(bytes);
    stream.write(bytes, (error) => {
      // What was cut off may lie in the connection still.
      if (error === null || error === undefined) frames.giveBack(frame);
    });
    stream.end();
  }

  fail({ code, details, metadata }: GrpcStatus): void {
    if (this.cancelled) return;
    const status = { "grpc-status": code, "grpc-message": encodeURI(details.toWellFormed()) };
    this.#stream.respond({ ...responseHeaders, ...status, ...metadata.toHttp2Headers() }, withoutMessage);
  }

  /** The deadline has passed, and the request is not here yet. */
  ring(): void {
    this.#refuse(deadlineExceeded());
  }

  #read(piece: Buffer): void {
    if (this.#received) return;
    try {
      this.#request.write(piece);
    } catch (reason) {
      this.#refuse(reason);
    }
  }

  #run(): void {
    if (this.#received) return;
    try {
      const message = this.#request.message();
      this.#stopWaiting();
      new UnaryCall(this.#hosted, this, this).run(message);
    } catch (reason) {
      this.#refuse(reason);
    }
  }

  #refuse(reason: unknown): void {
    this.#stopWaiting();
    new UnaryCall(this.#hosted, this, this).refuse(reason);
  }

  #awaitRequest(): void {
    this.#place = this.#hosted.timers.deadlines.add(this);
    this.#stream.once("close", () => this.#stopWaiting());
  }

  #stopWaiting(): void {
    if (this.#received) return;
    this.#received = true;
    if (this.dueMs < Infinity) this.#hosted.timers.deadlines.clear(this.#place, this);
  }
}

function ignore(): void {}

function sendOkTrailers(this: ServerHttp2Stream): void {
  this.sendTrailers(okTrailers);
}
