import { isBeyond, readCount } from "./add-to-slot.ts";
import { slotKinds, type SlotKind } from "./tile-slot.ts";
import type { WindowFunction } from "./window-feature.ts";
import type { FeatureValue } from "@timewell/row";

const two32 = 4_294_967_296;

/** One partial aggregate, merged of the slots of many tiles, in any order. */
export class Partial {
  /** Events; 1 for an extreme that is there. */
  #events = 0;
  /** Sum, high half, mean or extreme. */
  #main = 0;
  /** Error of the sum, low half, or sum of squares. */
  #rest = 0;

  /** Forgets what was merged. */
  clear(): void {
    this.#events = 0;
    this.#main = 0;
    this.#rest = 0;
  }

  /** Merges the slots of one kind that begin every `stride` bytes from `at` on, before `end`. */
  merge(kind: SlotKind, view: DataView, at: number, stride: number, end: number): void {
    switch (kind) {
      case slotKinds.count:
        for (let slot = at; slot < end; slot += stride) this.#events += readCount(view, slot);
        return;
      case slotKinds.sum:
        return this.#mergeSums(view, at, stride, end);
      case slotKinds.intSum:
        return this.#mergeIntSums(view, at, stride, end);
      case slotKinds.spread:
        return this.#mergeSpreads(view, at, stride, end);
      case slotKinds.min:
      case slotKinds.max:
        return this.#mergeExtremes(kind === slotKinds.min, view, at, stride, end);
      default:
        return this.#mergeWideExtremes(kind === slotKinds.wideMin, view, at, stride, end);
    }
  }

  #mergeSums(view: DataView, at: number, stride: number, end: number): void {
    let events = this.#events;
    let sum = this.#main;
    let error = this.#rest;
    for (let slot = at; slot < end; slot += stride) {
      const value = view.getFloat64(slot + 5, true);
      const next = sum + value;
      error += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      error += view.getFloat32(slot + 13, true);
      sum = next;
      events += readCount(view, slot);
    }
    this.#events = events;
    this.#main = sum;
    this.#rest = error;
  }

  #mergeIntSums(view: DataView, at: number, stride: number, end: number): void {
    for (let slot = at; slot < end; slot += stride) {
      this.#events += readCount(view, slot);
      this.#rest += view.getUint32(slot + 5, true);
      this.#main += view.getFloat64(slot + 9, true);
    }
  }

  /** Chan's merge of means and sums of squares. */
  #mergeSpreads(view: DataView, at: number, stride: number, end: number): void {
    for (let slot = at; slot < end; slot += stride) {
      const events = readCount(view, slot);
      if (events === 0) continue;
      const all = this.#events + events;
      const delta = view.getFloat64(slot + 5, true) - this.#main;
      this.#rest += view.getFloat64(slot + 13, true) + delta * delta * ((this.#events * events) / all);
      this.#main += delta * (events / all);
      this.#events = all;
    }
  }

  #mergeExtremes(isMin: boolean, view: DataView, at: number, stride: number, end: number): void {
    for (let slot = at; slot < end; slot += stride) {
      if (view.getUint8(slot) === 0) continue;
      const value = view.getFloat64(slot + 1, true);
      if (this.#events > 0 && !isBeyond(isMin, value, this.#main)) continue;
      this.#events = 1;
      this.#main = value;
    }
  }

  #mergeWideExtremes(isMin: boolean, view: DataView, at: number, stride: number, end: number): void {
    for (let slot = at; slot < end; slot += stride) {
      if (view.getUint8(slot) === 0) continue;
      const high = view.getInt32(slot + 5, true);
      const low = view.getUint32(slot + 1, true);
      const difference = high === this.#main ? low - this.#rest : high - this.#main;
      if (this.#events > 0 && (isMin ? difference >= 0 : difference <= 0)) continue;
      this.#events = 1;
      this.#main = high;
      this.#rest = low;
    }
  }

  /** The answer of a function that is made of this partial of this kind. */
  answer(name: WindowFunction, kind: SlotKind): FeatureValue {
    if (name === "COUNT") return BigInt(this.#events);
    if (this.#events === 0) return null;
    switch (kind) {
      case slotKinds.sum: {
        // Where the sum is not finite, its error is not a number.
        const sum = Number.isFinite(this.#main) ? this.#main + this.#rest : this.#main;
        return name === "SUM" ? sum : sum / this.#events;
      }
      case slotKinds.intSum:
        return name === "SUM" ? this.#intSum() : (this.#main * two32 + this.#rest) / this.#events;
      case slotKinds.spread:
        return Math.sqrt(Math.max(this.#rest, 0) / this.#events);
      case slotKinds.min:
      case slotKinds.max:
        return this.#main;
      default:
        return (BigInt(this.#main) << 32n) | BigInt(this.#rest);
    }
  }

  /** NULL where it does not fit into 64 bits. */
  #intSum(): bigint | null {
    const sum = (BigInt(this.#main) << 32n) + BigInt(this.#rest);
    return BigInt.asIntN(64, sum) === sum ? sum : null;
  }
}
