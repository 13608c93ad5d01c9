import {
  create,
  toBinary,
  type DescMethod,
  type DescService,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { Server, ServerCredentials, type ConnectionInjector } from "@grpc/grpc-js";
import { CoarseTimer } from "@timewell/ttl";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { requirementOf } from "../interceptors/requirement-of.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import { announceEnd } from "../listen/announce-end.ts";
import type { BytesHandler, BytesMethod, StreamBytesMethod } from "./bytes-method.ts";
import { decodeRequest } from "./decode-request.ts";
import { DirectCall } from "./direct-call.ts";
import { grpcJsUnary } from "./grpc-js-unary.ts";
import { keepCallsYoung } from "./keep-calls-young.ts";
import {
  type HostedStream,
  messageStream,
  streamHandler,
  type StreamImplementation,
} from "./stream-handler.ts";
import type { HostedUnary, UnaryTimers } from "./unary-call.ts";

type Http2Servers = ReadonlyMap<Http2Server, { readonly sessions?: Iterable<ServerHttp2Session> }>;

/** How late a call may end that came without a deadline, ms. */
const tickMaxMs = 250;
/** The same for the deadlines of callers, ms. */
const deadlineTickMs = 5;

type StreamListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: unknown[]) => void;

/**
 * gRPC over HTTP/2, for handlers that answer with bytes. Methods may come and go while it runs. Connections and streams are those
 * of grpc-js; unary calls are taken from it, as its call objects take as much time as all the rest of a short call.
 */
export class GrpcServer {
  readonly #policy: RpcPolicy;
  readonly #timers: UnaryTimers;
  /** Unary methods by path; grpc-js has them, too. */
  readonly #unaries = new Map<string, HostedUnary>();
  readonly #server: Server;
  readonly #injector: ConnectionInjector;

  constructor(policy: RpcPolicy) {
    this.#policy = policy;
    this.#timers = {
      fallback: new CoarseTimer(policy.clock, Math.min(policy.limits.timeoutDefaultMs / 10, tickMaxMs)),
      deadlines: new CoarseTimer(policy.clock, deadlineTickMs),
    };
    this.#server = new Server({
      "grpc.max_receive_message_length": policy.limits.messageBytesMax,
      "grpc.max_send_message_length": 64 * 2 ** 20,
      "grpc.max_concurrent_streams": 1000,
      "grpc.keepalive_time_ms": 20_000,
      "grpc.keepalive_timeout_ms": 10_000,
      "grpc.enable_channelz": 0,
    });
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
    for (const server of this.#http2Servers().keys()) {
      keepCallsYoung(server);
      this.#takeUnaries(server);
    }
  }

  /** Hosts a generated service; the implementation is the same object that connect takes. Methods that it lacks are UNIMPLEMENTED. */
  service<Desc extends DescService>(desc: Desc, implementation: Partial<ServiceImpl<Desc>>): void {
    for (const method of desc.methods) {
      const implemented = Reflect.get(implementation, method.localName) as unknown;
      if (typeof implemented !== "function") continue;
      const run = implemented.bind(implementation) as (request: unknown, context: HandlerContext) => unknown;
      if (method.methodKind === "unary") this.bytes(method, messageHandler(method, run));
      else this.#stream(method, run as StreamImplementation);
    }
  }

  /** Hosts a generated unary method by bytes; it takes the place of a handler that is there already. */
  bytes(method: DescMethod, handler: BytesHandler): void {
    const path = pathOf(method);
    this.unregister(path);
    this.#unary(path, { access: requirementOf(method), handler }, method);
  }

  /** Hosts a unary method by its path, for example `/package.Service/Method`. False where the path is taken. */
  register(path: string, method: BytesMethod): boolean {
    return this.#unary(path, method, undefined);
  }

  /** The same for a method that streams both ways. */
  registerStream(path: string, { access, handler }: StreamBytesMethod): boolean {
    const run = (requests: Uint8Array | AsyncIterable<Uint8Array>, context: HandlerContext) =>
      handler(requests as AsyncIterable<Uint8Array>, context);
    return this.#bidi(path, { name: path.slice(1), access, desc: undefined, run }, "bidi");
  }

  /** Takes a method away; calls under way end well. False where it is not there. */
  unregister(path: string): boolean {
    this.#unaries.delete(path);
    return this.#server.unregister(path);
  }

  /** Takes over a connection that speaks HTTP/2. */
  accept(socket: Duplex): void {
    this.#injector.injectConnection(socket);
  }

  /** Asks peers to begin no more calls; those that are on their way are still answered. Resolves when peers know. */
  announceEnd(): Promise<void> {
    return announceEnd(this.#sessions(), this.#policy.clock);
  }

  /** Lets every connection end with its last call. The listener destroys what is left after the grace time. */
  drain(): void {
    this.#injector.destroy();
  }

  /** Ends at once what is left. */
  close(): void {
    this.#server.forceShutdown();
  }

  /** grpc-js keeps its sessions to itself, and its own drain refuses what is on its way. */
  #sessions(): ServerHttp2Session[] {
    return [...this.#http2Servers().values()].flatMap(({ sessions = [] }) => [...sessions]);
  }

  #http2Servers(): Http2Servers {
    return (Reflect.get(this.#server, "http2Servers") as Http2Servers | undefined) ?? new Map();
  }

  #unary(path: string, method: BytesMethod, desc: DescMethod | undefined): boolean {
    const hosted = { policy: this.#policy, timers: this.#timers, path, method, desc };
    const isNew = this.#server.register(path, grpcJsUnary(hosted), toBuffer, (bytes) => bytes, "unary");
    if (isNew) this.#unaries.set(path, hosted);
    return isNew;
  }

  /** What is left to grpc-js: streams, unknown methods, compressed requests, and what is not gRPC. */
  #takeUnaries(server: Http2Server): void {
    const others = server.listeners("stream") as StreamListener[];
    server.removeAllListeners("stream");
    server.on("stream", (stream, headers, ...rest) => {
      const hosted = this.#unaries.get(headers[":path"]!);
      if (hosted !== undefined && DirectCall.takes(headers)) new DirectCall(hosted, stream, headers);
      else for (const listener of others) listener.call(server, stream, headers, ...rest);
    });
  }

  #stream(method: DescMethod, run: StreamImplementation): void {
    const type = method.methodKind === "server_streaming" ? "serverStream" : "bidi";
    if (method.methodKind === "client_streaming")
      throw new TypeError(`${pathOf(method)}: client streams go to connect`);
    this.#bidi(pathOf(method), messageStream(method, run), type);
  }

  #bidi(path: string, hosted: HostedStream, type: "serverStream" | "bidi"): boolean {
    const handler = streamHandler(this.#policy, hosted);
    return this.#server.register(path, handler as never, toBuffer, (bytes) => bytes, type);
  }
}

function messageHandler(
  method: DescMethod,
  run: (request: unknown, context: HandlerContext) => unknown,
): BytesHandler {
  return async (bytes, context) => {
    const answer = await run(decodeRequest(method.input, bytes), context);
    return toBinary(method.output, create(method.output, answer as MessageInitShape<typeof method.output>));
  };
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** grpc-js wants a Buffer; this one shares the bytes. */
function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
