import { Code, ConnectError } from "@connectrpc/connect";

/** Compressed flag and length, before the message. */
const headBytes = 5;
const firstBytesMin = 4_096;

/**
 * The one message of a unary request, from what comes of it in pieces of any size. Memory grows with what has come, not with
 * the length that it says to have.
 */
export class RequestFrame {
  readonly #path: string;
  readonly #bytesMax: number;
  /** What came; a piece that is all there is is kept as it is. */
  #bytes: Buffer | undefined;
  #end = 0;

  /** `bytesMax`: of the message. */
  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
  }

  /** Takes a piece; throws where it is too much, or compressed. */
  write(piece: Buffer): void {
    if (this.#bytes === undefined) {
      this.#bytes = piece;
      this.#end = piece.length;
    } else this.#append(piece);
    if (this.#end < headBytes) return;
    const bytes = this.#bytes!;
    const length = bytes.readUInt32BE(1);
    if (bytes[0] !== 0)
      throw new ConnectError("Received a compressed message without grpc-encoding", Code.Internal);
    if (length > this.#bytesMax) {
      const text = `Received message larger than max (${length} vs ${this.#bytesMax})`;
      throw new ConnectError(text, Code.ResourceExhausted);
    }
    if (this.#end > headBytes + length) {
      const text = `Received a second request message for unary method ${this.#path}`;
      throw new ConnectError(text, Code.Unimplemented);
    }
  }

  /** The message, when all has come; throws where it is not whole. */
  message(): Buffer {
    const bytes = this.#bytes;
    if (bytes === undefined || this.#end < headBytes || this.#end < headBytes + bytes.readUInt32BE(1)) {
      const text = `Received no request message for unary method ${this.#path}`;
      throw new ConnectError(text, Code.Unimplemented);
    }
    return bytes.subarray(headBytes, this.#end);
  }

  #append(piece: Buffer): void {
    const end = this.#end + piece.length;
    if (end > this.#bytes!.length) {
      const larger = Buffer.allocUnsafe(Math.max(firstBytesMin, 2 * end));
      this.#bytes!.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes!, this.#end);
    this.#end = end;
  }
}
