import type { Model } from "@timewell/contracts";

/** A recorded model and where it stands in lists. */
export interface RecordedModel {
  /** From 1; those that were recorded later have greater numbers. */
  readonly number: bigint;
  readonly model: Model;
}

/** Which recorded models to list. */
export interface ModelFilter {
  /** Only those that read this feature view. */
  readonly view?: string | undefined;
  /** Only those that read this feature service. */
  readonly featureService?: string | undefined;
  /** Only those with this name. */
  readonly name?: string | undefined;
  /** Only those that were fitted on this training set. */
  readonly trainingSetId?: string | undefined;
  /** Only those with a smaller number: the rest after the last one of a page. */
  readonly before?: bigint | undefined;
}
