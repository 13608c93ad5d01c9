import {
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { Socket } from "node:net";
import type { Clock } from "@timewell/ttl";
import { announceEnd } from "./announce-end.ts";

/** Takes HTTP/2 connections. */
export interface Http2Sink {
  accept(socket: Socket): void;
  /** Asks peers to open no more streams; those that are on their way are still answered. Resolves when peers know. */
  announceEnd(): Promise<void>;
  /** Lets each connection end with its last stream. */
  drain(): void;
}

const pingIntervalMs = 20_000;
const pingTimeoutMs = 10_000;

/** Serves HTTP/2 on connections that something else accepted. A peer that leaves a ping unanswered is dropped. */
export function createHttp2Sink(
  handler: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  clock: Clock,
): Http2Sink {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(
    { settings: { maxConcurrentStreams: 1000 }, maxSessionInvalidFrames: 100 },
    handler,
  );
  server.on("session", (session) => {
    sessions.add(session);
    const stop = keepAlive(session, clock);
    session.once("close", () => {
      sessions.delete(session);
      stop();
    });
    session.on("error", () => session.destroy());
  });
  return {
    accept: (socket) => void server.emit("connection", socket),
    announceEnd: () => announceEnd(sessions, clock),
    drain() {
      for (const session of sessions) session.close();
    },
  };
}

function keepAlive(session: ServerHttp2Session, clock: Clock): () => void {
  const stopped = new AbortController();
  const run = async () => {
    for (;;) {
      await clock.sleep(pingIntervalMs, stopped.signal);
      const answered = new Promise<boolean>((resolve) => session.ping((error) => resolve(error === null)));
      const late = clock.sleep(pingTimeoutMs, stopped.signal).then(() => false);
      if (!(await Promise.race([answered, late]))) return session.destroy();
    }
  };
  run().catch(() => undefined); // Stopped: the session is closed.
  return () => stopped.abort();
}
