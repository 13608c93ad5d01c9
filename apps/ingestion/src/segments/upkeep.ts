import type { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { mergeOldRuns } from "../schedule/merge-old-runs.ts";
import { deleteMergedSegments, deleteOrphans } from "./collect-segment-garbage.ts";
import { compactWhereDue } from "./compact-segments.ts";
import { upkeepOf } from "./upkeep-settings.ts";

/** Files without a manifest and rows past their retention do no harm for a while, µs. */
const slowIntervalUs = 600_000_000n;

/** Keeps small what piles up: segments, files, records of runs, refused rows. Of several processes the holder of the first partition does it. */
export class Upkeep {
  readonly #deps: IngestionDeps;
  readonly #applier: Pick<Applier, "leases">;
  /** View to the refused rows that were lost because there were too many, as far as it was told. */
  readonly #overflowed = new Map<number, bigint>();
  #slowAtUs = 0n;

  constructor(deps: IngestionDeps, applier: Pick<Applier, "leases">) {
    this.#deps = deps;
    this.#applier = applier;
  }

  /** Does what is due. A step that fails is told and tried again the next time; the others go on. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#step("refused rows cannot be counted", () => this.#tellOverflow());
    if (!this.#applier.leases().some(({ partition }) => partition === 0)) return;
    await this.#step("segments cannot be merged", () => compactWhereDue(this.#deps, signal));
    await this.#step("files of merged segments cannot be deleted", () => deleteMergedSegments(this.#deps));
    const nowUs = this.#deps.clock.nowUs();
    if (signal.aborted || nowUs < this.#slowAtUs) return;
    this.#slowAtUs = nowUs + slowIntervalUs;
    await this.#step("files that no manifest names cannot be deleted", () => deleteOrphans(this.#deps));
    const refusedBeforeUs = nowUs - upkeepOf(this.#deps).quarantineRetentionUs;
    await this.#step("old runs cannot be merged", () => this.#mergeRuns());
    await this.#step("old refused rows cannot be dropped", () =>
      this.#deps.ingestLog.dropQuarantined({ refusedBeforeUs }),
    );
  }

  async #mergeRuns(): Promise<void> {
    for (const project of this.#deps.definitions.projects())
      for (const view of project.viewsById.values())
        if (view.source !== undefined) await mergeOldRuns(this.#deps, view);
  }

  async #tellOverflow(): Promise<void> {
    for (const { viewId, overflowed } of await this.#deps.ingestLog.countQuarantine()) {
      const before = this.#overflowed.get(viewId);
      this.#overflowed.set(viewId, overflowed);
      // What was lost before this process started was told before.
      if (before === undefined || overflowed <= before) continue;
      const rows = Number(overflowed - before);
      this.#deps.log.warn({ viewId, rows }, "the quarantine of a view is full: its oldest rows were dropped");
    }
  }

  async #step(problem: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => {
      this.#deps.log.error({ err: error }, `${problem} now; trying again later`);
    });
  }
}
