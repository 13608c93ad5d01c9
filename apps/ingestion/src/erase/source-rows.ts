import { create } from "@bufbuild/protobuf";
import { type EraseReceipt_SourceRows, EraseReceipt_SourceRowsSchema, FileFormat } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { findView } from "@timewell/model";
import { resolveSourceFiles } from "@timewell/service";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { ErasedEntity } from "./erased-entity.ts";

/** Source files of the project's views, in their latest versions, that hold an entity. A file that cannot be found holds nothing. */
export async function sourceRows(
  deps: Pick<IngestionDeps, "definitions" | "roots" | "offlineEngine">,
  { project, inViews }: ErasedEntity,
): Promise<EraseReceipt_SourceRows[]> {
  const compiled = deps.definitions.project(project);
  const found: EraseReceipt_SourceRows[] = [];
  for (const { view, key } of inViews) {
    if (view.source === undefined || !isLatest(view.id)) continue;
    const { source } = view;
    const format = source.format === FileFormat.CSV ? "csv" : "parquet";
    const columns = key.map((part) => ({ ...part, column: source.fieldMapping[part.column] ?? part.column }));
    const files = await resolveSourceFiles(source, deps.roots).catch(noneIfGone);
    for (const { name, path } of files) {
      const rows = await deps.offlineEngine.countKey(format, path, columns);
      if (rows > 0)
        found.push(
          create(EraseReceipt_SourceRowsSchema, { view: view.name, path: name, rows: BigInt(rows) }),
        );
    }
  }
  return found.sort((a, b) => (a.view === b.view ? 0 : a.view < b.view ? -1 : 1));

  function isLatest(viewId: number): boolean {
    const view = compiled.viewsById.get(viewId);
    return view !== undefined && findView(compiled, view.name).id === viewId;
  }
}

function noneIfGone(reason: unknown): [] {
  if (reason instanceof FeatureStoreError && reason.kind === "FILE_NOT_FOUND") return [];
  throw reason;
}
