import { RecordBatchFileWriter, RecordBatchStreamWriter } from "apache-arrow";

/** Bytes that a writer has made and nobody has taken yet; they share the memory of the batches. */
class Pieces {
  private pieces: Uint8Array[] = [];

  add(chunk: ArrayBufferView): number {
    if (chunk.byteLength > 0) {
      this.pieces.push(new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength));
    }
    return chunk.byteLength;
  }

  take(): Uint8Array[] {
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }
}

/** Writes an Arrow IPC stream; what is written is taken piece by piece. */
export class ArrowStreamPieces extends RecordBatchStreamWriter {
  readonly written = new Pieces();

  protected override _write(chunk: ArrayBufferView): this {
    this._position += this.written.add(chunk);
    return this;
  }
}

/** Writes an Arrow IPC file; what is written is taken piece by piece. */
export class ArrowFilePieces extends RecordBatchFileWriter {
  readonly written = new Pieces();

  protected override _write(chunk: ArrayBufferView): this {
    this._position += this.written.add(chunk);
    return this;
  }
}
