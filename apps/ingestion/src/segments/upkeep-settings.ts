import type { IngestionDeps } from "../ingestion-deps.ts";
import type { MergeBounds } from "./choose-merges.ts";

/** How what piles up is kept small. */
export interface UpkeepSettings extends MergeBounds {
  /** Files of merged segments are deleted this long after their merge, µs: readers that began before may still open them. */
  readonly segmentGraceUs: bigint;
  /** Refused rows are dropped after this long, µs. */
  readonly quarantineRetentionUs: bigint;
}

/** What holds where nothing else is said. */
export const defaultUpkeep: UpkeepSettings = {
  segmentBytesMax: 128 * 1024 * 1024,
  segmentsMin: 16,
  segmentGraceUs: 3_600_000_000n,
  quarantineRetentionUs: 30n * 86_400_000_000n,
};

/** The settings that hold. */
export function upkeepOf(deps: Pick<IngestionDeps, "settings">): UpkeepSettings {
  return deps.settings.upkeep ?? defaultUpkeep;
}
