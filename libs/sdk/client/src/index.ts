export {
  createTimewellClient,
  TimewellClient,
  type ClientCallOptions,
  type MaterializeIncrementalInit,
  type MaterializeInit,
  type ViewInit,
} from "./timewell-client.ts";
export type {
  ClientTimeouts,
  ClientTls,
  ClientTransports,
  KeepAlive,
  TimewellClientOptions,
} from "./client-options.ts";
export type { CallTimings } from "./call-timings.ts";
export type { Instant } from "./instant.ts";
export type { PlainElement, PlainValue } from "./to-value.ts";
export type { AnswerValue } from "./from-value.ts";
export type {
  FeatureSelection,
  OnlineFeatures,
  OnlineFeaturesRequest,
  OnlineRow,
  StatusName,
} from "./online-features.ts";
export type { PlainRow, PushInit, PushOutcome } from "./push-rows.ts";
export { PushStream, type PushStreamDeps } from "./push-stream.ts";
export { RowStream, type RowStreamInit } from "./row-stream.ts";
export {
  TrainingSet,
  type LabelsInit,
  type LookupInit,
  type TrainingSelection,
  type TrainingSetInit,
} from "./training-set.ts";

// For tools that build messages by hand.
export { toValue } from "./to-value.ts";
export { fromValue } from "./from-value.ts";
export { fromConnectError } from "./from-connect-error.ts";
