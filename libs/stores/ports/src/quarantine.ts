import type { ErrorKind } from "@timewell/errors";

/** A row or record that was refused, on its way into quarantine. */
export interface QuarantineAppend {
  /** Registry-wide id of the view version. */
  readonly viewId: number;
  /** What brought it. */
  readonly origin: "push" | "stream";
  readonly kind: ErrorKind;
  /** What failed, on which value; at most 4,096 characters are kept. */
  readonly message: string;
  /** Name of the constraint that it breaks; empty: none. */
  readonly constraint: string;
  /** `topic/partition/offset`, or who pushed it; empty: not known. */
  readonly from: string;
  /** Composite key code of the entity, where it could be read: what an erase finds it by. */
  readonly entityKey: Uint8Array | undefined;
  /** As it came: the value of the record, or a serialized PushRow. */
  readonly content: Uint8Array;
  /** Key of the record; undefined: it has none. */
  readonly recordKey: Uint8Array | undefined;
  /** Time of the record itself, µs UTC; undefined: it has none. */
  readonly recordTimeUs: bigint | undefined;
}

/** What is known of a row in quarantine, apart from its content. */
export interface QuarantineEntry extends Omit<QuarantineAppend, "content" | "recordKey" | "entityKey"> {
  /** Unique in the log, ascending, never given twice; from 1. */
  readonly id: bigint;
  /** When it was refused, by the clock passed to the log, µs UTC. */
  readonly refusedAtUs: bigint;
  /** Bytes of the content as it came; fewer are kept where that is over the limit. */
  readonly contentBytes: number;
}

/** A row in quarantine. */
export interface QuarantinedRow extends QuarantineEntry, Pick<QuarantineAppend, "recordKey" | "entityKey"> {
  /** The first `rowBytesMax` bytes where `contentBytes` is greater: such a row cannot be tried again. */
  readonly content: Uint8Array;
}

/** Which rows of the quarantine are meant: those that meet every condition given. */
export interface QuarantineFilter {
  readonly viewIds?: readonly number[] | undefined;
  readonly ids?: readonly bigint[] | undefined;
  readonly kind?: ErrorKind | undefined;
  /** Refused before this instant, µs UTC. */
  readonly refusedBeforeUs?: bigint | undefined;
}

/** A page of the quarantine. */
export interface QuarantinePage {
  /** Rows with smaller ids only; undefined: from the latest. */
  readonly beforeId?: bigint | undefined;
  readonly rowsMax: number;
}

/** Rows of one view version in quarantine. */
export interface ViewQuarantineCount {
  readonly viewId: number;
  readonly rows: bigint;
  /** Rows that were ever dropped because the view's quarantine was full. */
  readonly overflowed: bigint;
}

/** How much a log keeps in quarantine. */
export interface QuarantineLimits {
  /** Rows of a view version; where more come, the oldest go, in the same step, and are counted. */
  readonly rowsPerViewMax: number;
  /** Bytes of a content or a record key; what is longer is cut. */
  readonly rowBytesMax: number;
}

/** Limits where nothing else is said: 10,000 rows of 64 KiB. */
export const defaultQuarantineLimits: QuarantineLimits = { rowsPerViewMax: 10_000, rowBytesMax: 64 * 1024 };

const messageCharactersMax = 4_096;

/** What a log keeps of a refused row; its bytes are copies. */
export function keptOfQuarantine(
  row: QuarantineAppend,
  { rowBytesMax }: QuarantineLimits,
): QuarantineAppend & { readonly contentBytes: number } {
  return {
    ...row,
    message: row.message.slice(0, messageCharactersMax).toWellFormed(),
    contentBytes: row.content.length,
    content: row.content.slice(0, rowBytesMax),
    recordKey: row.recordKey?.slice(0, rowBytesMax),
    entityKey: row.entityKey?.slice(),
  };
}

/** True where an entry meets every condition of the filter. */
export function meetsQuarantineFilter(entry: QuarantineEntry, filter: QuarantineFilter): boolean {
  const { viewIds, ids, kind, refusedBeforeUs } = filter;
  return (
    (viewIds === undefined || viewIds.includes(entry.viewId)) &&
    (ids === undefined || ids.includes(entry.id)) &&
    (kind === undefined || kind === entry.kind) &&
    (refusedBeforeUs === undefined || entry.refusedAtUs < refusedBeforeUs)
  );
}
