import {
  connect,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";

/** What came back of a call that was made by hand. */
export interface RawAnswer {
  readonly httpStatus: number;
  /** gRPC status, from trailers or headers; undefined where none came. */
  readonly grpcStatus: number | undefined;
  readonly grpcMessage: string;
  readonly body: Buffer;
}

/** Sends bytes to a gRPC method without any RPC library. The stream is not half-closed where `open` is set. */
export async function rawCall(
  url: string,
  path: string,
  body: Uint8Array,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly open?: boolean } = {},
): Promise<RawAnswer> {
  const session: ClientHttp2Session = connect(url);
  session.on("error", () => undefined);
  try {
    return await new Promise((resolve, reject) => {
      const stream = session.request(
        {
          ":method": "POST",
          ":path": path,
          "content-type": "application/grpc",
          te: "trailers",
          ...options.headers,
        },
        { endStream: false },
      );
      const chunks: Buffer[] = [];
      let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
      let trailers: IncomingHttpHeaders = {};
      stream.on("response", (received) => (headers = received));
      stream.on("trailers", (received) => (trailers = received));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject);
      // Not "close": a stream whose request is cut off stays half open after its answer.
      stream.on("end", () => {
        const status = trailers["grpc-status"] ?? headers["grpc-status"];
        const message = trailers["grpc-message"] ?? headers["grpc-message"] ?? "";
        resolve({
          httpStatus: headers[":status"] ?? 0,
          grpcStatus: status === undefined ? undefined : Number(status),
          grpcMessage: decodeURIComponent(String(message)),
          body: Buffer.concat(chunks),
        });
      });
      stream.write(body);
      if (options.open !== true) stream.end();
    });
  } finally {
    session.destroy();
  }
}

/** A gRPC frame: flag, length, message. */
export function frame(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}
