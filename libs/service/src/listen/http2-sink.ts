import {
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { Socket } from "node:net";

/** Takes HTTP/2 connections. */
export interface Http2Sink {
  accept(socket: Socket): void;
  /** Sends GOAWAY: each connection ends with its last stream. The listener destroys what is left after `graceMs`. */
  drain(graceMs: number): void;
}

const pingIntervalMs = 20_000;

/** Serves HTTP/2 on connections that something else accepted. A peer that leaves a ping unanswered is dropped. */
export function createHttp2Sink(
  handler: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
): Http2Sink {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(
    { settings: { maxConcurrentStreams: 1000 }, maxSessionInvalidFrames: 100 },
    handler,
  );
  server.on("session", (session) => {
    sessions.add(session);
    const stop = keepAlive(session);
    session.once("close", () => {
      sessions.delete(session);
      stop();
    });
    session.on("error", () => session.destroy());
  });
  return {
    accept: (socket) => void server.emit("connection", socket),
    drain() {
      for (const session of sessions) session.close();
    },
  };
}

function keepAlive(session: ServerHttp2Session): () => void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered) return session.destroy();
    if (session.closed || session.destroyed) return;
    answered = false;
    session.ping(() => (answered = true));
  }, pingIntervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
