import { create } from "@bufbuild/protobuf";
import { type QuarantinedRow, QuarantinedRow_Origin, QuarantinedRowSchema } from "@timewell/contracts";
import type { CompiledView } from "@timewell/model";
import type { QuarantineEntry } from "@timewell/store-ports";

/** A row of the quarantine as callers see it. */
export function shownRow(view: CompiledView, entry: QuarantineEntry): QuarantinedRow {
  return create(QuarantinedRowSchema, {
    id: entry.id,
    view: view.name,
    version: view.version,
    origin: entry.origin === "push" ? QuarantinedRow_Origin.PUSH : QuarantinedRow_Origin.STREAM,
    kind: entry.kind,
    message: entry.message,
    constraint: entry.constraint,
    refusedAtUs: entry.refusedAtUs,
    from: entry.from,
    contentBytes: entry.contentBytes,
  });
}
