export type { HistoryEntry, HistoryMode } from "./history-entry.ts";
export { asOf } from "./as-of.ts";
export { compileHistory, type CompiledHistory } from "./compile-history.ts";
export { naiveAsOf } from "./naive-as-of.ts";
