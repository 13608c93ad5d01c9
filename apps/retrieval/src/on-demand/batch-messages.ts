import { makeData, RecordBatch, RecordBatchStreamWriter, type Schema, Struct, type Data } from "apache-arrow";

/** Writes the messages of an Arrow IPC stream one by one. */
export class BatchMessages {
  readonly #schema: Schema;
  readonly #writer = new PieceWriter();
  /** The schema message. */
  readonly schemaMessage: Uint8Array;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#writer.reset(undefined, schema);
    this.schemaMessage = this.#writer.take();
  }

  /** A record batch message. */
  batchMessage(columns: readonly Data[], rows: number): Uint8Array {
    const type = new Struct(this.#schema.fields);
    const data = makeData({ type, length: rows, nullCount: 0, children: [...columns] });
    this.#writer.write(new RecordBatch(this.#schema, data));
    return this.#writer.take();
  }
}

class PieceWriter extends RecordBatchStreamWriter {
  private pieces: Uint8Array[] = [];

  take(): Uint8Array {
    const bytes = Buffer.concat(this.pieces);
    this.pieces = [];
    return bytes;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (chunk.byteLength > 0) {
      this.pieces.push(new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength));
    }
    return this;
  }
}
