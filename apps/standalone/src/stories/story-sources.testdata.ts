import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type BatchView, batchViews, type StoryView } from "./story-project.testdata.ts";
import { instantText, type Who } from "./story-world.testdata.ts";

/** A row of a source. */
export interface SourceRow {
  readonly who: Who;
  readonly eventTimeUs: bigint;
  readonly createdUs: bigint;
  readonly number: number;
}

/** The source files of a story, and what runs have brought to the store of them. */
export class StorySources {
  readonly #folder: string;
  readonly #delayUs: bigint;
  readonly #rows = new Map<BatchView, SourceRow[]>(batchViews.map((view) => [view, []]));
  /** When the last good run of each view began. */
  readonly #ranAtUs = new Map<BatchView, bigint>();

  constructor(folder: string, delayUs: bigint) {
    this.#folder = folder;
    this.#delayUs = delayUs;
  }

  async add(view: BatchView, row: SourceRow): Promise<void> {
    this.#rows.get(view)!.push(row);
    await this.write();
  }

  async write(): Promise<void> {
    for (const [view, rows] of this.#rows) {
      const isCreated = view === "user_created";
      const lines = rows.map(({ who, eventTimeUs, createdUs, number }) => {
        const at = instantText(eventTimeUs);
        return isCreated
          ? [who.user, at, instantText(createdUs), number].join(",")
          : [who.user, who.device, at, number].join(",");
      });
      const header = isCreated ? "user,at,created,number" : "user,device,at,number";
      await writeFile(join(this.#folder, `${view}.csv`), [header, ...lines, ""].join("\n"));
    }
  }

  /** A run that began then has come to its end. */
  ran(view: BatchView, atUs: bigint): void {
    this.#ranAtUs.set(view, atUs);
  }

  /** True where the last run came after every row of the source that was available until then; also for a view without one. */
  isFresh(view: StoryView, atUs: bigint): boolean {
    const rows = this.#rows.get(view as BatchView) ?? [];
    const ranAtUs = this.#ranAtUs.get(view as BatchView) ?? 0n;
    return !rows.some(({ eventTimeUs, createdUs }) => {
      const availableUs = view === "pair_delayed" ? eventTimeUs + this.#delayUs : createdUs;
      return availableUs >= ranAtUs && availableUs <= atUs;
    });
  }
}
