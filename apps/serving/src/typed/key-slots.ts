import { FeatureStoreError } from "@timewell/errors";
import type { KeyWriter } from "@timewell/keys";
import type { CompiledKey } from "@timewell/model";
import { wireTypeOf, wireTypes, type WireReader } from "@timewell/row";

import { keyErrorAt } from "../key-error-at.ts";
import type { RequestPlan } from "./request-plan.ts";

/** Where the keys of one entity row lie in the request: the halves of an integer, or where text and bytes begin and end. */
export class KeySlots {
  readonly #keys: readonly CompiledKey[];
  readonly #bytes: Uint8Array;
  /** High half, or the beginning. */
  readonly #first: number[];
  /** Low half, or the end. */
  readonly #second: number[];
  /** The last row that had the key, counted from 0. */
  readonly #row: number[];

  constructor(keys: readonly CompiledKey[], bytes: Uint8Array) {
    this.#keys = keys;
    this.#bytes = bytes;
    this.#first = keys.map(() => 0);
    this.#second = keys.map(() => 0);
    this.#row = keys.map(() => -1);
  }

  /** Reads the row that ends at `end`. Of a key that is there twice the last one counts, as Protobuf has it. */
  read(plan: RequestPlan, reader: WireReader, end: number, row: number): void {
    const requestEnd = reader.end;
    reader.end = end;
    while (reader.at < end) {
      const tag = reader.tag();
      const slot = plan.slotOf.get(tag >>> 3);
      if (slot === undefined) {
        reader.skip(tag & 7);
        continue;
      }
      const { type } = this.#keys[slot]!;
      if ((tag & 7) !== wireTypeOf(type)) throw this.#invalid(slot, row, `it is not written as ${type}`);
      this.#row[slot] = row;
      if (wireTypeOf(type) === wireTypes.varint) {
        reader.varint();
        this.#first[slot] = reader.high;
        this.#second[slot] = reader.low;
      } else {
        const partEnd = reader.partEnd();
        this.#first[slot] = reader.at;
        this.#second[slot] = partEnd;
        reader.at = partEnd;
      }
    }
    reader.end = requestEnd;
    for (let slot = 0; slot < this.#row.length; slot++)
      if (this.#row[slot] !== row) throw this.#invalid(slot, row, "it is missing");
  }

  /** Writes one composite key of the row that was read last. */
  write(writer: KeyWriter, group: readonly number[], row: number): void {
    let slot = 0;
    try {
      writer.begin();
      for (slot of group) {
        const { type } = this.#keys[slot]!;
        if (!writer.part(type, this.#bytes, this.#first[slot]!, this.#second[slot]!))
          throw this.#invalid(slot, row, "it has more than 32 bits");
      }
      writer.end();
    } catch (error) {
      throw keyErrorAt(error, this.#keys[slot] === undefined ? `rows[${row}]` : this.#path(slot, row));
    }
  }

  #path(slot: number, row: number): string {
    return `rows[${row}].${this.#keys[slot]!.name}`;
  }

  #invalid(slot: number, row: number, problem: string): FeatureStoreError {
    const field = this.#path(slot, row);
    const { name, type } = this.#keys[slot]!;
    const hint = `Send ${name} as ${type}.`;
    return new FeatureStoreError("INVALID_KEY", `Cannot use key ${field}: ${problem}`, { field, hint });
  }
}
