import type { OnlineKey, OnlineKeys } from "./online-store.ts";

const keyBytesFirst = 1_024;
const keysFirst = 64;

/**
 * Keys one after another in memory that is used again, instead of two objects each.
 *
 * ```
 * bytes    [entity key 0][entity key 1]…
 * ends     where each ends in `bytes`
 * viewIds  the view version of each
 * ```
 */
export class KeyList implements OnlineKeys {
  length = 0;
  bytes = new Uint8Array(keyBytesFirst);
  ends = new Uint32Array(keysFirst);
  viewIds = new Uint32Array(keysFirst);

  /** A list of keys that are objects. */
  static of(keys: OnlineKeys): KeyList {
    const list = new KeyList();
    list.append(keys);
    return list;
  }

  /** Where the entity key at `index` begins in `bytes`. */
  start(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1]!;
  }

  /** The key at `index`; its bytes are those of the list. */
  at(index: number): OnlineKey | undefined {
    if (index >= this.length) return undefined;
    return {
      viewId: this.viewIds[index]!,
      entityKey: this.bytes.subarray(this.start(index), this.ends[index]),
    };
  }

  /** Forgets all keys; the memory stays. */
  clear(): void {
    this.length = 0;
  }

  /** Copies a key: the first `length` bytes of `entityKey`. */
  push(viewId: number, entityKey: Uint8Array, length: number = entityKey.length): void {
    const start = this.start(this.length);
    this.#reserve(this.length + 1, start + length);
    const { bytes } = this;
    // Keys are short: a loop is quicker than a view and a call into the engine.
    for (let i = 0; i < length; i++) bytes[start + i] = entityKey[i]!;
    this.ends[this.length] = start + length;
    this.viewIds[this.length++] = viewId;
  }

  /** Copies keys. */
  append(keys: OnlineKeys): void {
    if (!(keys instanceof KeyList)) {
      for (let i = 0; i < keys.length; i++) {
        const { viewId, entityKey } = keys.at(i)!;
        this.push(viewId, entityKey);
      }
      return;
    }
    const { length } = this;
    const from = this.start(length);
    const end = keys.start(keys.length);
    this.#reserve(length + keys.length, from + end);
    this.bytes.set(keys.bytes.subarray(0, end), from);
    for (let i = 0; i < keys.length; i++) {
      this.ends[length + i] = from + keys.ends[i]!;
      this.viewIds[length + i] = keys.viewIds[i]!;
    }
    this.length += keys.length;
  }

  #reserve(keys: number, bytes: number): void {
    if (bytes > this.bytes.length) {
      const larger = new Uint8Array(Math.max(bytes, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    if (keys <= this.ends.length) return;
    const room = Math.max(keys, this.ends.length * 2);
    const ends = new Uint32Array(room);
    ends.set(this.ends);
    this.ends = ends;
    const viewIds = new Uint32Array(room);
    viewIds.set(this.viewIds);
    this.viewIds = viewIds;
  }
}
