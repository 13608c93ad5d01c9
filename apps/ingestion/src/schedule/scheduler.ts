import { create } from "@bufbuild/protobuf";
import { MaterializeIncrementalRequestSchema } from "@timewell/contracts";
import type { CompiledView } from "@timewell/model";

import type { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { materializeIncremental } from "../materialize-incremental.ts";
import { nextRunAtUs } from "./next-run-at-us.ts";

/** Whoever holds the lease of this partition of the log runs the schedules of all views. */
const leaderPartition = 0;

const tickMs = 1_000;

/** A run that failed is tried again after this, or after the schedule's time where that is shorter, µs. */
const retryUs = 60_000_000n;

/** Materializes views with a schedule when their time has come, one after another. */
export class Scheduler {
  readonly #deps: IngestionDeps;
  readonly #applier: Pick<Applier, "leases">;
  /** When the next run of each view is due, by id; empty while another process is the one that runs them. */
  readonly #dueUs = new Map<number, bigint>();

  constructor(deps: IngestionDeps, applier: Pick<Applier, "leases">) {
    this.#deps = deps;
    this.#applier = applier;
  }

  /** Runs until the signal; a run that is under way then is cut. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#look(signal).catch((error: unknown) => {
        this.#deps.log.error({ err: error }, "schedules cannot be followed now; trying again");
      });
      await this.#deps.clock.sleep(tickMs, signal).catch(() => undefined);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    for (const view of this.#scheduledViews()) {
      if (signal.aborted || !this.#leads()) break;
      const dueUs = this.#dueUs.get(view.id) ?? (await this.#recordedDueUs(view));
      this.#dueUs.set(view.id, dueUs);
      if (dueUs <= this.#deps.clock.nowUs()) await this.#materialize(view, signal);
    }
    if (!this.#leads()) this.#dueUs.clear();
  }

  #leads(): boolean {
    return this.#applier.leases().some(({ partition }) => partition === leaderPartition);
  }

  /** The latest version of each view that has a schedule. */
  #scheduledViews(): CompiledView[] {
    return this.#deps.definitions
      .projects()
      .flatMap(({ views }) => [...views.values()])
      .flatMap((versions) => versions.at(-1) ?? [])
      .filter(({ definition }) => definition.schedule !== undefined);
  }

  async #recordedDueUs(view: CompiledView): Promise<bigint> {
    return nextRunAtUs(view, await this.#deps.offlineCatalog.finishedRuns(view.id)) ?? 0n;
  }

  async #materialize(view: CompiledView, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const { project, name: featureView, version } = view;
    const startedUs = clock.nowUs();
    const everyUs = view.definition.schedule!.everyMs * 1000n;
    const request = create(MaterializeIncrementalRequestSchema, { project, featureView, version });
    let rowsRead = 0n;
    try {
      for await (const progress of materializeIncremental(this.#deps, request, signal))
        rowsRead = progress.rowsRead;
      this.#dueUs.set(view.id, startedUs + everyUs);
      log.info({ project, view: featureView, version, rowsRead }, "a scheduled run is done");
    } catch (error) {
      if (signal.aborted) return;
      this.#dueUs.set(view.id, clock.nowUs() + (everyUs < retryUs ? everyUs : retryUs));
      log.error({ err: error, project, view: featureView, version }, "a scheduled run failed; trying again");
    }
  }
}
