import type { DescService } from "@bufbuild/protobuf";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { ConnectRouter } from "@connectrpc/connect";
import { grpcHealthV1, grpcReflectionV1, grpcReflectionV1alpha } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import { Authenticator } from "../auth/authenticator.ts";
import { watchTokenFile } from "../auth/watch-token-file.ts";
import type { ServiceConfig } from "../config/service-options.ts";
import { answerValues } from "../direct/answer-values.ts";
import { toConnectError } from "../errors/to-connect-error.ts";
import { GrpcServer } from "../grpc/grpc-server.ts";
import { healthService } from "../health/health-service.ts";
import { connectOptions } from "../interceptors/connect-options.ts";
import { requirementOf } from "../interceptors/requirement-of.ts";
import { rpcLimitsDefault, type RpcLimits, type RpcPolicy } from "../interceptors/rpc-policy.ts";
import { isLocalHost } from "../listen/check-host.ts";
import { checkExposure } from "../listen/check-exposure.ts";
import { createHttp1Sink } from "../listen/http1-sink.ts";
import { createHttp2Sink } from "../listen/http2-sink.ts";
import { isLoopback } from "../listen/is-loopback.ts";
import { Listener } from "../listen/listener.ts";
import { plainHttpHandler, type HttpRoutes } from "../listen/plain-http.ts";
import { readTlsFiles } from "../listen/tls-files.ts";
import { LiveDescriptors } from "../reflection/live-descriptors.ts";
import { reflectionService, reflectionServiceV1alpha } from "../reflection/reflection-service.ts";
import type { Kit } from "./kit.ts";

/** A service to put on a port. */
export interface ServiceInit {
  /** Short name, for the log. */
  readonly name: string;
  readonly config: ServiceConfig;
  readonly kit: Kit;
  /** What is hosted: named by health and reflection. */
  readonly services: readonly DescService[];
  /** Handlers for connect: all protocols, or HTTP/1.1 only where `grpc` is given. */
  readonly routes: (router: ConnectRouter) => void;
  /** Handlers for grpc-js, which then takes HTTP/2. Services that come and go are listed in `descriptors`. */
  readonly grpc?: ((server: GrpcServer, descriptors: LiveDescriptors) => void) | undefined;
  /** Plain HTTP paths. */
  readonly http?: HttpRoutes | undefined;
  readonly limits?: Partial<RpcLimits> | undefined;
}

/** A service on its port. */
export interface RunningService {
  /** For example `http://127.0.0.1:7402`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** What reflection tells; typed services are added here. */
  readonly descriptors: LiveDescriptors;
  /** The grpc-js server, where there is one. */
  readonly grpc: GrpcServer | undefined;
  /** Reads the token file again. */
  reload(): void;
  /** Says NOT_SERVING, stops to accept, lets calls finish for the grace time, ends what is left. */
  drain(): Promise<void>;
}

/** How long requests that peers sent before they knew may still be on their way, ms: of HTTP/1.1, which has no sign for it. */
const noticeMs = 100;
/** In a worker that leaves: how long connections that were made just before may take to say something, ms. */
const helloMs = 50;
const helloMaxMs = 1_000;
/** After the grace time: how long streams have to tell their callers, ms. */
const farewellMs = 500;

/** Puts a service on a port. INVALID_CONFIG where the config is unsafe or the port cannot be had. */
export async function startService(init: ServiceInit): Promise<RunningService> {
  const { config, kit, services } = init;
  checkExposure(config);
  for (const service of services) for (const method of service.methods) requirementOf(method);
  const tls = readTlsFiles(config);
  const tokens = config.tokens === undefined ? undefined : watchTokenFile(config.tokens, kit.log);
  const shutdown = new AbortController();
  const policy: RpcPolicy = {
    authenticator: tokens?.authenticator ?? new Authenticator(),
    metrics: kit.metrics,
    log: kit.log,
    clock: kit.clock,
    limits: { ...rpcLimitsDefault, ...init.limits },
    shutdown: shutdown.signal,
  };
  const descriptors = new LiveDescriptors();
  const hosted = hostedRoutes(init, descriptors);
  const plain = plainHttpHandler(policy, kit.health, init.http ?? {});
  const handler = connectHandler(policy, hosted.routes, plain);
  const loopback = isLoopback(config.listen.host);
  const guarded = loopback && tokens === undefined ? refuseForeignHosts(handler) : handler;
  const http1 = createHttp1Sink(guarded as RequestListener);
  const grpc = init.grpc === undefined ? undefined : new GrpcServer(policy);
  if (grpc !== undefined) hosted.grpc(grpc);
  const http2 = grpc ?? createHttp2Sink(handler, kit.clock);
  const sinks = { http1: (s: Socket) => http1.accept(s), http2: (s: Socket) => http2.accept(s) };
  const listener = await Listener.open({ address: config.listen, tls, sinks, log: kit.log });
  for (const service of services) kit.health.add(service.typeName);

  const { host } = config.listen;
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? "http" : "https"}://${shownHost}:${listener.port}`,
    host,
    port: listener.port,
    descriptors,
    grpc,
    reload: () => tokens?.reload(),
    async drain() {
      tokens?.close();
      kit.health.drain();
      kit.log.info({ service: init.name }, "draining");
      // The other workers take the connections that come now, so that none begins here that must be ended at once.
      const closedEarly = kit.worker?.leaves === true ? listener.close() : undefined;
      if (closedEarly !== undefined) await untilHeard(kit, listener);
      http1.announceEnd();
      await Promise.all([http2.announceEnd(), kit.clock.sleep(noticeMs)]);
      // On a busy machine the timer may come before what the sockets have had since long: one more turn reads it.
      await kit.clock.sleep(1);
      // Where nobody else listens, not before: the system resets connections that were made and not taken over yet.
      const closed = closedEarly ?? listener.close();
      listener.endSilent();
      http1.drain();
      http2.drain();
      const finished = new AbortController();
      const inTime = await Promise.race([
        closed.then(() => true),
        lateness(kit, config.drainGrace, finished.signal),
      ]);
      if (!inTime) {
        shutdown.abort(toConnectError(shuttingDown()));
        await Promise.race([closed, lateness(kit, farewellMs, finished.signal)]);
        listener.destroy();
        await closed;
      }
      finished.abort();
      grpc?.close();
    },
  };
}

/** Handlers of connect, then those of plain HTTP. */
function connectHandler(
  policy: RpcPolicy,
  routes: (router: ConnectRouter) => void,
  fallback: ReturnType<typeof plainHttpHandler>,
) {
  return connectNodeAdapter({ routes, fallback, contextValues: answerValues, ...connectOptions(policy) });
}

async function untilHeard({ clock }: Kit, listener: Listener): Promise<void> {
  const untilMs = clock.monotonicMs() + helloMaxMs;
  do await clock.sleep(helloMs);
  while (listener.silent > 0 && clock.monotonicMs() < untilMs);
}

/** False once the time is over. */
function lateness(kit: Kit, delayMs: number, cleared: AbortSignal): Promise<boolean> {
  return kit.clock.sleep(delayMs, cleared).then(
    () => false,
    () => true, // Cleared: nobody waits any more.
  );
}

function shuttingDown(): FeatureStoreError {
  return new FeatureStoreError("SHUTTING_DOWN", "Cannot go on with the call: the server is shutting down", {
    hint: "Call again; another server, or this one after its restart, will answer.",
  });
}

function hostedRoutes({ config, kit, services, routes, grpc }: ServiceInit, descriptors: LiveDescriptors) {
  for (const service of services) descriptors.add(service);
  descriptors.add(grpcHealthV1.Health);
  const health = healthService(kit.health);
  const reflection = isLoopback(config.listen.host) || config.reflection;
  if (reflection) {
    descriptors.add(grpcReflectionV1.ServerReflection);
    descriptors.add(grpcReflectionV1alpha.ServerReflection);
  }
  return {
    routes(router: ConnectRouter) {
      routes(router);
      router.service(grpcHealthV1.Health, health);
      if (!reflection) return;
      router.service(grpcReflectionV1.ServerReflection, reflectionService(descriptors));
      router.service(grpcReflectionV1alpha.ServerReflection, reflectionServiceV1alpha(descriptors));
    },
    grpc(server: GrpcServer) {
      grpc?.(server, descriptors);
      server.service(grpcHealthV1.Health, health);
      if (!reflection) return;
      server.service(grpcReflectionV1.ServerReflection, reflectionService(descriptors));
      server.service(grpcReflectionV1alpha.ServerReflection, reflectionServiceV1alpha(descriptors));
    },
  };
}

function refuseForeignHosts(handler: ReturnType<typeof connectNodeAdapter>): RequestListener {
  return (request, response) => {
    if (isLocalHost(request.headers.host)) return handler(request, response);
    response.writeHead(421, { "content-type": "text/plain" });
    response.end(
      "This server answers requests for this machine only. Use 127.0.0.1 or localhost, or turn on tokens.\n",
    );
  };
}
