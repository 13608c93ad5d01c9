/** Work that waits for its turn. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** How a queue commits. */
export interface GroupCommitOptions<Item, Result> {
  /** Commits all items in one step and returns their outcomes, in order; nothing is committed where it fails. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>;
  /** Weight of an item; the items of a group weigh `weightMax` together at most, unless there is only one. */
  readonly weightOf: (item: Item) => number;
  readonly weightMax: number;
  /** Two items with the same key, unless it is undefined, never share a group. */
  readonly keyOf: (item: Item) => string | undefined;
  /** True where the items of a failed group should be tried one by one: one of them may be to blame. */
  readonly retryAlone: (reason: unknown) => boolean;
}

/** What became of an item. */
export type Outcome<Result> =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly reason: unknown };

/**
 * Commits one group at a time; what arrives meanwhile makes up the next group. So the more arrive at once, the fewer commits
 * each of them costs, and one alone never waits.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** Resolves when the item is committed. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#nextGroup());
    this.#running = undefined;
  }

  #nextGroup(): Waiting<Item, Result>[] {
    const { weightOf, weightMax, keyOf } = this.#options;
    const group: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    let weight = 0;
    let full = false;
    for (const waiting of this.#waiting) {
      const key = keyOf(waiting.item);
      weight += full ? 0 : weightOf(waiting.item);
      full ||= group.length > 0 && weight > weightMax;
      if (full || (key !== undefined && keys.has(key))) later.push(waiting);
      else group.push(waiting);
      if (key !== undefined) keys.add(key);
    }
    this.#waiting = later;
    return group;
  }

  async #commit(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const outcomes = await this.#options.commit(group.map(({ item }) => item));
      group.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i]!;
        if (outcome.ok) resolve(outcome.result);
        else reject(outcome.reason);
      });
    } catch (reason) {
      if (group.length > 1 && this.#options.retryAlone(reason)) {
        for (const waiting of group) await this.#commit([waiting]);
      } else {
        for (const { reject } of group) reject(reason);
      }
    }
  }
}
