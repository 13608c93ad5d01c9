import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  GetOnlineFeaturesRequestSchema,
  type GetOnlineFeaturesResponse,
  GetOnlineFeaturesResponseSchema,
  OnlineServing,
} from "@timewell/contracts";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { project } from "./taxi.ts";
import { type Plain, values } from "./values.ts";

/** A call that failed. */
export interface FailedCall {
  /** Number of the connection. */
  readonly connection: number;
  readonly sentAtMs: number;
  readonly failedAtMs: number;
  /** gRPC code. */
  readonly code: number;
  readonly details: string;
}

/** How the calls of a load went. */
export interface LoadCount {
  sent: number;
  answered: number;
  readonly failed: FailedCall[];
  /** What was wrong with answers, in words. */
  readonly wrong: string[];
  /** When calls were sent that are under way, ms. */
  readonly underWay: Set<{ readonly sentAtMs: number }>;
}

/** Calls that go on until they are stopped. */
export interface SteadyLoad {
  readonly count: LoadCount;
  /** Sends no more, waits for the answers that are due, and closes the connections. */
  stop(): Promise<LoadCount>;
}

/** What to read, and how often. */
export interface LoadInit {
  /** For example `127.0.0.1:7402`. */
  readonly address: string;
  readonly requestsPerSecond: number;
  /** Connections, each of its own. */
  readonly connections: number;
  readonly service: string;
  readonly keys: Readonly<Record<string, Plain>>;
  /** Says what is wrong with an answer; undefined where it is right. */
  readonly check: (answer: GetOnlineFeaturesResponse) => string | undefined;
}

const tickMs = 5;
/** Long: what is slow on a machine that has much to do is no failure. */
const timeoutMs = 30_000;
const { getOnlineFeatures } = OnlineServing.method;
const path = `/${OnlineServing.typeName}/${getOnlineFeatures.name}`;

/**
 * Reads at a fixed rate over bare gRPC clients that have no retry policy, whether answers come or not. A call that never got to
 * a server's application is sent again by gRPC itself, once and in any configuration, and is no failure.
 */
export function startLoad(init: LoadInit): SteadyLoad {
  const clients = Array.from(
    { length: init.connections },
    () => new Client(init.address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 }),
  );
  const request = Buffer.from(
    toBinary(
      GetOnlineFeaturesRequestSchema,
      create(GetOnlineFeaturesRequestSchema, {
        project,
        selection: { case: "featureService", value: init.service },
        rows: [{ keys: values(init.keys) }],
      }),
    ),
  );
  const count: LoadCount = { sent: 0, answered: 0, failed: [], wrong: [], underWay: new Set() };
  const startedAtMs = performance.now();
  const send = () => {
    const connection = count.sent++ % clients.length;
    const call = { connection, sentAtMs: performance.now() };
    count.underWay.add(call);
    const client = clients[connection] as Client;
    const done = (error: ServiceError | null, answer?: GetOnlineFeaturesResponse) => {
      count.underWay.delete(call);
      if (error !== null) {
        const { code, details } = error;
        count.failed.push({ ...call, failedAtMs: performance.now(), code, details });
        return;
      }
      count.answered++;
      const wrong = answer === undefined ? "no answer" : init.check(answer);
      if (wrong !== undefined) count.wrong.push(wrong);
    };
    const deadline = Date.now() + timeoutMs;
    client.makeUnaryRequest(
      path,
      (bytes: Buffer) => bytes,
      (bytes) => fromBinary(GetOnlineFeaturesResponseSchema, bytes),
      request,
      { deadline },
      done,
    );
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAtMs) / 1_000) * init.requestsPerSecond;
    while (count.sent < due) send();
  }, tickMs);
  return {
    count,
    async stop() {
      clearInterval(timer);
      while (count.underWay.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const client of clients) client.close();
      return count;
    },
  };
}
