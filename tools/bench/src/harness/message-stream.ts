import { Client, credentials } from "@grpc/grpc-js";

const same = (bytes: Buffer): Buffer => bytes;

/** Sends messages over one call that streams both ways, bytes in, bytes out: the load of a caller that makes no objects. */
export class MessageStream {
  readonly #client: Client;
  readonly #path: string;

  /** `url` is `http://HOST:PORT`, `path` that of the method. */
  constructor(url: string, path: string) {
    this.#client = new Client(new URL(url).host, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.max_receive_message_length": 16 * 2 ** 20,
    });
    this.#path = path;
  }

  /**
   * Sends all messages, some without an answer at a time, and returns the answers when all are there. Rejects with the status of
   * grpc-js, or where a message stays without an answer.
   */
  send(messages: readonly Buffer[], inFlight: number): Promise<Buffer[]> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeBidiStreamRequest(this.#path, same, same);
      const answers: Buffer[] = [];
      let sent = 0;
      const sendNext = () => {
        if (sent < messages.length) call.write(messages[sent++]!);
        else if (answers.length === messages.length) call.end();
      };
      call.on("data", (answer: Buffer) => {
        answers.push(answer);
        sendNext();
      });
      call.on("error", reject);
      call.on("end", () => {
        if (answers.length === messages.length) resolve(answers);
        else reject(new Error(`${answers.length} of ${messages.length} messages were answered`));
      });
      for (let i = 0; i < inFlight; i++) sendNext();
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#client.close();
  }
}
