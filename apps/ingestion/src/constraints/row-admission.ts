import type { CompiledView, Violation } from "@timewell/model";
import type { LogAppend, QuarantineAppend } from "@timewell/store-ports";

import { encodeIncomingRow } from "../rows/encode-incoming-row.ts";
import type { IncomingRow } from "../rows/incoming-row.ts";
import { judgeRow, type RowRefusal } from "./judge-row.ts";

/** Sorts the rows of one push into those that are written and those that go to quarantine, for one append. */
export class RowAdmission {
  /** Rows to be appended. */
  readonly rows: LogAppend[] = [];
  /** Rows that break a constraint, to be kept in the same step. */
  readonly quarantined: QuarantineAppend[] = [];
  /** Every constraint that was broken, to be counted once the append is done. */
  readonly violations: Violation[] = [];
  readonly #view: CompiledView;
  readonly #nowUs: bigint;
  readonly #from: string;

  /** `from` is who pushes; empty: not known. */
  constructor(view: CompiledView, nowUs: bigint, from: string) {
    this.#view = view;
    this.#nowUs = nowUs;
    this.#from = from;
  }

  /**
   * Takes a row; `content` makes its serialized PushRow where it has to be kept. Returns why it is refused. Throws INVALID_KEY or
   * LIMIT_EXCEEDED where it cannot be encoded.
   */
  admit(row: IncomingRow, content: () => Uint8Array): RowRefusal | undefined {
    const append = encodeIncomingRow(this.#view, row, "push to");
    const { refusal, violations } = judgeRow(this.#view, row, this.#nowUs);
    this.violations.push(...violations);
    if (refusal === undefined) {
      this.rows.push(append);
      return undefined;
    }
    this.quarantined.push({
      viewId: this.#view.id,
      origin: "push",
      kind: refusal.error.kind,
      message: refusal.error.message,
      constraint: refusal.constraint,
      from: this.#from,
      entityKey: append.entityKey,
      content: content(),
      recordKey: undefined,
      recordTimeUs: undefined,
    });
    return refusal;
  }
}
