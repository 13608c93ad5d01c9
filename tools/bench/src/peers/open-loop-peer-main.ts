// Sends requests when they are due and measures from then on. It polls the clock instead of waiting for timers, which would be
// late by up to a millisecond: that takes a core.
import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { createHistogram } from "node:perf_hooks";
import { Redis } from "ioredis";
import type { GrpcOpenLoop, OpenLoopAnswer, OpenLoopRun, RedisOpenLoop } from "./open-loop-peer.ts";

/** Connections for gRPC. */
const sessionCount = 8;

/** Sends one request; resolves when its answer is there and right. */
type Send = (index: number) => Promise<void>;

interface Sender {
  readonly send: Send;
  close(): Promise<void>;
}

process.on("message", (run: OpenLoopRun) => {
  void answer(run).then((found) => process.send!(found));
});
process.on("disconnect", () => process.exit());

async function answer(run: OpenLoopRun): Promise<OpenLoopAnswer> {
  const { target } = run;
  const sender = target.kind === "grpc" ? await grpcSender(target) : await redisSender(target);
  try {
    return await follow(run, sender.send);
  } catch (error) {
    return { error: String(error) };
  } finally {
    await sender.close();
  }
}

async function follow({ perSecond, ms }: OpenLoopRun, send: Send): Promise<OpenLoopAnswer> {
  const latencies = createHistogram({ figures: 3 });
  const late = createHistogram({ figures: 3 });
  const requests = Math.floor((perSecond * ms) / 1000);
  const stepNs = BigInt(Math.round(1e9 / perSecond));
  const startNs = process.hrtime.bigint() + 10_000_000n;
  const answered: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const poll = (): void => {
      const nowNs = process.hrtime.bigint();
      for (;;) {
        if (answered.length === requests) return resolve();
        const dueNs = startNs + BigInt(answered.length) * stepNs;
        if (dueNs > nowNs) break;
        late.record(nowNs - dueNs + 1n);
        const done = send(answered.length).then(() => latencies.record(process.hrtime.bigint() - dueNs));
        // The rejection is seen where all are awaited; until then it must not count as unhandled.
        done.catch(() => undefined);
        answered.push(done);
      }
      setImmediate(poll);
    };
    poll();
  });
  await Promise.all(answered);
  const inMs = (ns: number): number => ns / 1e6;
  return {
    requests,
    p50: inMs(latencies.percentile(50)),
    p99: inMs(latencies.percentile(99)),
    max: inMs(latencies.max),
    sentLateP99: inMs(late.percentile(99)),
  };
}

async function grpcSender(target: GrpcOpenLoop): Promise<Sender> {
  const sessions = await Promise.all(Array.from({ length: sessionCount }, () => open(target.url)));
  const frames = target.frames.map((frame) => Buffer.from(frame));
  const headers = {
    [constants.HTTP2_HEADER_METHOD]: "POST",
    [constants.HTTP2_HEADER_PATH]: target.path,
    "content-type": "application/grpc",
    te: "trailers",
    "grpc-timeout": `${target.deadlineS}S`,
  };
  const send: Send = (index) =>
    new Promise((resolve, reject) => {
      const stream = sessions[index % sessions.length]!.request(headers);
      let bytes = 0;
      let status = "none";
      const readStatus = (headers: IncomingHttpHeaders): void => {
        if (headers["grpc-status"] !== undefined)
          status = `${headers["grpc-status"]} ${headers["grpc-message"] ?? ""}`;
      };
      stream.on("data", (chunk: Buffer) => (bytes += chunk.length));
      // An answer without a message has its status in the first headers.
      stream.on("response", readStatus);
      stream.on("trailers", readStatus);
      stream.on("error", reject);
      stream.on("end", () => {
        if (status.startsWith("0 ") && bytes === target.answerBytes) resolve();
        else
          reject(new Error(`a call to ${target.path} ended with gRPC status ${status} and ${bytes} bytes`));
      });
      stream.end(frames[index % frames.length]!);
    });
  return { send, close: async () => void (await Promise.all(sessions.map(close))) };
}

function open(url: string): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    session.once("error", reject).once("connect", () => resolve(session));
  });
}

function close(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve) => session.close(resolve));
}

async function redisSender({ url, keySets }: RedisOpenLoop): Promise<Sender> {
  const redis = new Redis(url);
  await redis.ping();
  const sets = keySets.map((keys) => keys.map((key) => Buffer.from(key)));
  return {
    async send(index) {
      const rows = await redis.mgetBuffer(sets[index % sets.length]!);
      if (rows.includes(null)) throw new Error("a key had no row");
    },
    close: async () => void (await redis.quit()),
  };
}
