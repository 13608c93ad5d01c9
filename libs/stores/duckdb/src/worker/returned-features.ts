import type { OfflineFeature, TrainingView } from "@timewell/store-ports";

/** The features of a view that a training set has as columns, in order. */
export function returnedFeatures({ windows, history }: TrainingView): readonly OfflineFeature[] {
  return windows?.features ?? history.features;
}
