import type { AppProcess } from "../../harness/app-process.ts";
import { EchoPeer } from "../../peers/echo-peer.ts";
import { FeastPeer } from "../../peers/feast-peer.ts";
import { RedisReadPeer } from "../../peers/redis-read-peer.ts";
import { FeastGrpcReader } from "./feast-grpc-reader.ts";
import type { ServingWorld } from "./serving-world.ts";
import { servingArgs } from "./serving-sizes.ts";
import { TypedReader } from "./typed-reader.ts";

/** Everything that answers, each in a process of its own. */
export interface ServingPeers {
  readonly server: AppProcess;
  /** The typed service on one view. */
  readonly typed: TypedReader;
  /** The one on two views. */
  readonly wide: TypedReader;
  /** The same in Feast's gRPC contract. */
  readonly feastGrpc: FeastGrpcReader;
  readonly echo: EchoPeer;
  readonly redisReads: RedisReadPeer;
  /** Undefined where Feast does not take part. */
  readonly feast: FeastPeer | undefined;
  stop(): Promise<void>;
}

/** Starts all of them. */
export async function startServingPeers(world: ServingWorld): Promise<ServingPeers> {
  const { stack, compiled } = world;
  await using started = new AsyncDisposableStack();
  const server = await stack.startServing(servingArgs(world.sizes));
  started.defer(() => server.stop());
  const typed = new TypedReader(compiled, "model", server.url);
  started.defer(() => typed.close());
  const wide = new TypedReader(compiled, "wide_model", server.url);
  started.defer(() => wide.close());
  const feastGrpc = new FeastGrpcReader(server.url);
  started.defer(() => feastGrpc.close());
  const echo = new EchoPeer();
  started.defer(() => echo.stop());
  const redisReads = new RedisReadPeer(stack.redisUrl);
  started.defer(() => redisReads.stop());
  const feast = world.feast === undefined ? undefined : await FeastPeer.start(world.feast);
  started.defer(() => feast?.stop());
  const stops = started.move();
  return { server, typed, wide, feastGrpc, echo, redisReads, feast, stop: () => stops.disposeAsync() };
}
