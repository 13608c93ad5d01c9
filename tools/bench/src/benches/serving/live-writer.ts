import { setTimeout as sleep } from "node:timers/promises";
import { servedFeatures } from "../../fixtures/serving-definitions.ts";
import { randomIntegers } from "../../harness/random.ts";
import type { AnswerReader } from "./compare-answers.ts";
import type { RowValues } from "./typed-reader.ts";

const everyMs = 100;
const seed = 7;

/** What the writer writes to, and where it looks. */
export interface LiveWriterInit {
  /** The entities that the load asks for. */
  readonly ids: readonly number[];
  /** Writes one row; resolves when it can be read. */
  readonly write: (id: number, values: readonly number[]) => Promise<void>;
  readonly read: AnswerReader;
}

/**
 * Changes rows that the load reads while it reads them, ten a second, and looks at once whether the server answers with the new
 * values: a server that kept answers would be found out.
 */
export class LiveWriter {
  readonly #init: LiveWriterInit;
  readonly #random = randomIntegers(seed);
  /** What was there before, by entity. */
  readonly #original = new Map<number, RowValues>();
  /** Changes that were seen. */
  changes = 0;
  /** Calls of `read`. */
  reads = 0;

  constructor(init: LiveWriterInit) {
    this.#init = init;
  }

  /** Writes and looks for as long as something runs. Throws where an answer did not change: the run is void. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    let isRunning = true;
    const changing = (async (): Promise<void> => {
      while (isRunning) {
        await this.#change();
        await sleep(everyMs);
      }
    })();
    // The rejection is seen where it is awaited; until then it must not count as unhandled.
    changing.catch(() => undefined);
    try {
      return await action();
    } finally {
      isRunning = false;
      await changing;
    }
  }

  /** Writes back what was there before. */
  async restore(): Promise<void> {
    for (const [id, values] of this.#original) await this.#init.write(id, values as readonly number[]);
    this.#original.clear();
  }

  async #change(): Promise<void> {
    const { ids, write } = this.#init;
    const id = ids[this.#random(ids.length)]!;
    const before = await this.#read(id);
    if (!this.#original.has(id)) this.#original.set(id, before);
    const values = servedFeatures.map(() => 1 + this.#random(1_000_000) / 7);
    await write(id, values);
    const after = await this.#read(id);
    if (!after.every((value, i) => value === values[i]))
      throw new Error(`The run is void: entity ${id} was answered as it was before a write`);
    this.changes++;
  }

  async #read(id: number): Promise<RowValues> {
    this.reads++;
    return (await this.#init.read([id]))[0]!;
  }
}
