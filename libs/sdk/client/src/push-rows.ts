import { create } from "@bufbuild/protobuf";
import {
  PushRow_Operation,
  PushRowSchema,
  type PushResponse,
  type PushRow,
  type ValueType,
} from "@timewell/contracts";
import { instantUs, type Instant } from "./instant.ts";
import { toValue, type PlainValue } from "./to-value.ts";

/** A row to write. */
export interface PlainRow {
  readonly keys: Readonly<Record<string, PlainValue>>;
  /** A feature that is left out becomes NULL. Absent for a delete. */
  readonly features?: Readonly<Record<string, PlainValue>> | undefined;
  /** When it happened. May be absent in a delete: now. */
  readonly eventTime?: Instant | undefined;
  /** Removes what is at or before the event time. */
  readonly delete?: boolean | undefined;
}

/** Rows to write. */
export interface PushInit {
  readonly project: string;
  readonly view: string;
  /** Version of the view. Absent: the latest. */
  readonly version?: number | undefined;
  /** Other versions that get the rows in the same step, each the features that it has. */
  readonly alsoVersions?: readonly number[] | undefined;
  readonly rows: readonly PlainRow[];
  /** `online` waits until the rows can be read; `durable`, the default, until they cannot be lost. */
  readonly wait?: "durable" | "online" | undefined;
  /** Makes a retry safe; at most 64 characters. */
  readonly requestId?: string | undefined;
}

/** What became of one row: where it is in the log, or why it was refused. */
export type PushOutcome =
  | { readonly ok: true; readonly partition: number; readonly position: bigint }
  | { readonly ok: false; readonly kind: string; readonly message: string };

/** The contract's form of a row; `types` are those of the view's features, where they are known. */
export function pushRow(row: PlainRow, index: number, types: ReadonlyMap<string, ValueType>): PushRow {
  const where = `rows[${index}]`;
  return create(PushRowSchema, {
    keys: values(row.keys, `${where}.keys`),
    features: values(row.features ?? {}, `${where}.features`, types),
    ...(row.eventTime === undefined ? {} : { eventTimeUs: instantUs(row.eventTime, `${where}.eventTime`) }),
    operation: row.delete === true ? PushRow_Operation.DELETE : PushRow_Operation.PUT,
  });
}

/** Outcomes in the order of the rows. */
export function pushOutcomes(response: PushResponse): PushOutcome[] {
  return response.results.map(({ outcome }) => {
    if (outcome.case === "position") {
      return { ok: true, partition: outcome.value.partition, position: outcome.value.position };
    }
    const { kind = "INTERNAL", message = "the server did not say what became of the row" } =
      outcome.value ?? {};
    return { ok: false, kind, message };
  });
}

/** Values by name. */
export function values(
  plain: Readonly<Record<string, PlainValue>>,
  where: string,
  types?: ReadonlyMap<string, ValueType>,
) {
  const entries = Object.entries(plain);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, toValue(value, `${where}.${name}`, types?.get(name))]),
  );
}
