import { Wait } from "@timewell/contracts";
import type { Clients } from "./clients.ts";
import { type Caught, describeError } from "./caught.ts";
import { type RowToPush, pushRows } from "./push-rows.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** A row as the model knows it. */
interface ModelRow {
  readonly eventTimeUs: bigint;
  /** Number of the push, ascending; undefined features are a delete. */
  readonly n: bigint;
  readonly deleted: boolean;
}

/** What one push did. */
export type PushEnd = "acked" | Caught;

/**
 * Pushes random rows of `driver_live` and remembers what was acknowledged. Each key has one push on its way at a time
 * and every push has a new event time, so that the latest row of a key is known. A push that failed may have been
 * written or not: it is sent again with its request id until it is acknowledged.
 */
export class PushModel {
  readonly #random: SeededRandom;
  readonly #baseUs: bigint;
  readonly #keys: number;
  readonly #run: string;
  /** By key, every acknowledged row. */
  readonly #acked = new Map<bigint, ModelRow[]>();
  /** Pushes without an answer, by request id. */
  readonly #open = new Map<string, readonly RowToPush[]>();
  #n = 0n;

  /** @param baseUs earliest event time; one µs is added for each push. */
  constructor(random: SeededRandom, baseUs: bigint, keys = 200) {
    this.#random = random;
    this.#baseUs = baseUs;
    this.#keys = keys;
    this.#run = `${random.seed}-${baseUs}`;
  }

  /** Every acknowledged row, by driver. */
  get acked(): ReadonlyMap<bigint, readonly ModelRow[]> {
    return this.#acked;
  }

  get ackedRows(): number {
    return [...this.#acked.values()].reduce((sum, rows) => sum + rows.length, 0);
  }

  get openPushes(): number {
    return this.#open.size;
  }

  /** Pushes a few rows once. A failure is kept for `settle()`. */
  async push(clients: Clients, wait = Wait.DURABLE): Promise<PushEnd> {
    const id = `${this.#run}-${this.#n}`;
    const rows = Array.from({ length: 1 + this.#random.below(20) }, () => this.#row());
    this.#open.set(id, rows);
    return this.#send(clients, id, rows, wait);
  }

  /** Sends again what has no answer, until it has one. */
  async settle(clients: Clients): Promise<void> {
    for (const [id, rows] of [...this.#open]) {
      const end = await this.#send(clients, id, rows, Wait.DURABLE);
      if (end !== "acked") throw new Error(`push ${id} is refused: ${JSON.stringify(end)}`);
    }
  }

  /** The row that serving must answer: its number, or undefined where it was deleted. */
  latest(driver: bigint): bigint | undefined {
    const rows = this.#acked.get(driver) ?? [];
    const last = rows.reduce<ModelRow | undefined>(
      (best, row) => (best === undefined || row.eventTimeUs > best.eventTimeUs ? row : best),
      undefined,
    );
    return last === undefined || last.deleted ? undefined : last.n;
  }

  /** Every driver that was ever pushed. */
  get drivers(): bigint[] {
    return [...this.#acked.keys()].sort((a, b) => Number(a - b));
  }

  #row(): RowToPush {
    const n = this.#n++;
    const driver = BigInt(this.#random.below(this.#keys));
    // Mostly ascending, now and then far behind: arrival order must not matter.
    const lateUs = this.#random.below(4) === 0 ? BigInt(this.#random.below(1_000)) * 1_000_000n : 0n;
    const eventTimeUs = this.#baseUs - lateUs + n;
    if (this.#random.below(10) === 0) return { keys: { driver }, eventTimeUs };
    return { keys: { driver }, eventTimeUs, features: { trips: n, note: `n${n}` } };
  }

  async #send(clients: Clients, requestId: string, rows: readonly RowToPush[], wait: Wait): Promise<PushEnd> {
    try {
      const outcomes = await pushRows(clients, "driver_live", rows, { requestId, wait, timeoutMs: 5_000 });
      const refused = outcomes.find((outcome) => outcome.case !== "position");
      if (refused !== undefined) throw new Error(`a good row was refused: ${JSON.stringify(refused)}`);
    } catch (reason) {
      return describeError(reason);
    }
    this.#open.delete(requestId);
    for (const { keys, eventTimeUs = 0n, features } of rows)
      this.#remember(keys["driver"] as bigint, eventTimeUs, features);
    return "acked";
  }

  #remember(driver: bigint, eventTimeUs: bigint, features: RowToPush["features"]): void {
    const rows = this.#acked.get(driver) ?? [];
    rows.push({ eventTimeUs, n: (features?.["trips"] ?? -1n) as bigint, deleted: features === undefined });
    this.#acked.set(driver, rows);
  }
}
