import { createServer, type RequestListener } from "node:http";
import type { Socket } from "node:net";

/** Takes HTTP/1.1 connections. */
export interface Http1Sink {
  accept(socket: Socket): void;
  /** From now on each connection ends with the answer that is under way, or the next one. */
  announceEnd(): void;
  /** Ends connections that are idle. */
  drain(): void;
}

const idleTimeoutMs = 600_000;

/** Serves HTTP/1.1 on connections that something else accepted. */
export function createHttp1Sink(handler: RequestListener): Http1Sink {
  const running = new Map<Socket, number>();
  let draining = false;
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 32 * 1024 }, (request, response) => {
    const { socket } = request;
    running.set(socket, (running.get(socket) ?? 0) + 1);
    if (draining) response.shouldKeepAlive = false;
    response.once("close", () => {
      const left = (running.get(socket) ?? 1) - 1;
      if (running.has(socket)) running.set(socket, left);
      if (draining && left === 0) socket.end();
    });
    handler(request, response);
  });
  server.timeout = idleTimeoutMs;
  return {
    accept(socket) {
      running.set(socket, 0);
      socket.once("close", () => running.delete(socket));
      server.emit("connection", socket);
    },
    announceEnd() {
      draining = true;
    },
    drain() {
      for (const [socket, requests] of running) if (requests === 0) socket.end();
    },
  };
}
