import { FeatureStoreError } from "@timewell/errors";
import { KeyWriter } from "@timewell/keys";
import type { CompiledView } from "@timewell/model";
import { wireTypeOf, wireTypes, type WireReader } from "@timewell/row";

import { pushProblems } from "../../rows/push-problems.ts";

const writer = new KeyWriter();

/** Reads `Keys` messages of a view, straight to key codes. The keys of a view have the numbers 1, 2, … in their order. */
export class TypedKeys {
  readonly #view: CompiledView;
  readonly #cursor: WireReader<Buffer>;
  /** High half, or the beginning of text and bytes. */
  readonly #first: number[];
  /** Low half, or the end. */
  readonly #second: number[];
  readonly #isThere: boolean[];

  constructor(view: CompiledView, cursor: WireReader<Buffer>) {
    this.#view = view;
    this.#cursor = cursor;
    this.#first = view.keys.map(() => 0);
    this.#second = view.keys.map(() => 0);
    this.#isThere = view.keys.map(() => false);
  }

  /** Forgets the keys of the row before. */
  begin(): void {
    this.#isThere.fill(false);
  }

  /** Takes the message that ends at `end`. Of a key that is there twice the last one counts, as Protobuf has it. */
  take(end: number): void {
    const cursor = this.#cursor;
    const outerEnd = cursor.end;
    cursor.end = end;
    while (cursor.at < end) {
      const tag = cursor.tag();
      const slot = (tag >>> 3) - 1;
      const key = this.#view.keys[slot];
      if (key === undefined || (tag & 7) !== wireTypeOf(key.type)) {
        cursor.skip(tag & 7);
        continue;
      }
      this.#isThere[slot] = true;
      if (wireTypeOf(key.type) === wireTypes.varint) {
        cursor.varint();
        this.#first[slot] = cursor.high;
        this.#second[slot] = cursor.low;
      } else {
        const partEnd = cursor.partEnd();
        this.#first[slot] = cursor.at;
        this.#second[slot] = partEnd;
        cursor.at = partEnd;
      }
    }
    cursor.end = outerEnd;
  }

  /** The code of the composite key. INVALID_KEY where a part is missing or wrong. */
  code(): Uint8Array {
    writer.begin();
    const { keys } = this.#view;
    for (let slot = 0; slot < keys.length; slot++) {
      const { name, type } = keys[slot]!;
      if (this.#isThere[slot] !== true) throw pushProblems.keyMissing(this.#view, name);
      if (!writer.part(type, this.#cursor.bytes, this.#first[slot]!, this.#second[slot]!))
        throw new FeatureStoreError("INVALID_KEY", `Cannot use key ${name}: it has more than 32 bits`, {
          field: `keys.${name}`,
          hint: `Send ${name} as ${type}.`,
        });
    }
    return writer.finish();
  }
}
