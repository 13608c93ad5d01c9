import pg from "pg";

/** The part of pg's connection that takes COPY data. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A `COPY … FROM STDIN` statement with all its data at hand. */
class CopyInQuery extends pg.Query {
  readonly #data: Buffer;

  constructor(text: string, data: Buffer, done: (error: Error | undefined) => void) {
    super(text, (error) => done(error ?? undefined));
    this.#data = data;
  }

  /** pg calls this when the server is ready for the data. */
  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }
}

/** Runs a `COPY … FROM STDIN` statement and sends it the data, which is in the format that the statement names. */
export function copyIn(client: pg.ClientBase, text: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyInQuery(text, data, (error) => (error === undefined ? resolve() : reject(error))));
  });
}
