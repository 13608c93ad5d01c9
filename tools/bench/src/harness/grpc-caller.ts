import { Client, credentials } from "@grpc/grpc-js";

const same = (bytes: Buffer): Buffer => bytes;
const deadlineMs = 5_000;

/** Single gRPC calls, bytes in, bytes out, for checks beside the load. */
export class GrpcCaller {
  readonly #client: Client;

  /** `url` is `http://HOST:PORT`. */
  constructor(url: string) {
    this.#client = new Client(new URL(url).host, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  /** Calls a unary method by its path. Rejects with the status of grpc-js. */
  call(path: string, request: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + deadlineMs };
      this.#client.makeUnaryRequest(path, same, same, Buffer.from(request), options, (error, answer) => {
        if (error === null) resolve(answer!);
        else reject(error);
      });
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#client.close();
  }
}
