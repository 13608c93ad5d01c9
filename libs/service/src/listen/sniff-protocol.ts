import type { Socket } from "node:net";

const preface = Buffer.from("PRI * HTTP/2.0");

/**
 * Reads the first bytes of a connection and puts them back. "http2" where it begins like the HTTP/2 preface, "http1" otherwise;
 * "closed" where the peer went away or said nothing for `timeoutMs`.
 */
export function sniffProtocol(socket: Socket, timeoutMs: number): Promise<"http1" | "http2" | "closed"> {
  return new Promise((resolve) => {
    const finish = (verdict: "http1" | "http2" | "closed") => {
      socket
        .off("readable", onReadable)
        .off("error", onEnd)
        .off("close", onEnd)
        .off("end", onEnd)
        .off("timeout", onEnd);
      socket.setTimeout(0);
      resolve(verdict);
    };
    const onEnd = () => finish("closed");
    const onReadable = () => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      const length = Math.min(bytes.length, preface.length);
      const like = bytes.compare(preface, 0, length, 0, length) === 0;
      socket.unshift(bytes);
      // Three bytes tell PRI from POST and PUT; until they are there, the next read has them all again.
      if (!like) finish("http1");
      else if (length >= 3) finish("http2");
    };
    socket
      .on("readable", onReadable)
      .on("error", onEnd)
      .on("close", onEnd)
      .on("end", onEnd)
      .on("timeout", onEnd);
    socket.setTimeout(timeoutMs);
  });
}
