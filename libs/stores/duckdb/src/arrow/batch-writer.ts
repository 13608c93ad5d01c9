import {
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  type Data,
  type Field,
} from "apache-arrow";

/** Turns finished columns into messages of an Arrow IPC stream. */
export class BatchWriter {
  private readonly schema: Schema;
  private readonly writer: PieceWriter;
  private readonly schemaPieces: readonly Uint8Array[];

  constructor(fields: Field[]) {
    this.schema = new Schema(fields);
    this.writer = new PieceWriter();
    this.writer.reset(undefined, this.schema);
    this.schemaPieces = this.writer.take();
  }

  /** The schema message. */
  get schemaMessage(): readonly Uint8Array[] {
    return this.schemaPieces;
  }

  /** A record batch message, in pieces that share the memory of the columns. */
  batchMessage(columns: readonly Data[], rows: number): readonly Uint8Array[] {
    const type = new Struct(this.schema.fields);
    const data = makeData({ type, length: rows, nullCount: 0, children: [...columns] });
    this.writer.write(new RecordBatch(this.schema, data));
    return this.writer.take();
  }
}

class PieceWriter extends RecordBatchStreamWriter {
  private pieces: Uint8Array[] = [];

  take(): Uint8Array[] {
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (chunk.byteLength > 0) {
      this.pieces.push(new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength));
    }
    return this;
  }
}
