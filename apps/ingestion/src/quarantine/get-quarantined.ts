import { create, fromBinary, toJson } from "@bufbuild/protobuf";
import {
  type GetQuarantinedRequest,
  type GetQuarantinedResponse,
  GetQuarantinedResponseSchema,
  PushRowSchema,
  StreamFormat,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type CompiledView, streamMessage } from "@timewell/model";
import type { QuarantinedRow } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { shownRow } from "./shown-row.ts";

/** One refused row with its content. QUARANTINED_ROW_NOT_FOUND where the project has none with this id. */
export async function getQuarantined(
  { definitions, ingestLog }: Pick<IngestionDeps, "definitions" | "ingestLog">,
  request: GetQuarantinedRequest,
): Promise<GetQuarantinedResponse> {
  const project = definitions.project(request.project);
  const row = await ingestLog.getQuarantined(request.id);
  const view = row && project.viewsById.get(row.viewId);
  if (row === undefined || view === undefined)
    throw new FeatureStoreError(
      "QUARANTINED_ROW_NOT_FOUND",
      `Cannot find refused row ${request.id} in project ${request.project}`,
      { field: "id", hint: "It may have been replayed or dropped; list the quarantine to see what is there" },
    );
  return create(GetQuarantinedResponseSchema, {
    row: shownRow(view, row),
    content: row.content,
    contentJson: contentJson(view, row),
    ...(row.recordKey !== undefined && { recordKey: row.recordKey }),
  });
}

/** The content for people; empty where it cannot be decoded. */
function contentJson(view: CompiledView, { origin, content }: QuarantinedRow): string {
  try {
    if (origin === "push")
      return JSON.stringify(toJson(PushRowSchema, fromBinary(PushRowSchema, content)), null, 2);
    const source = view.definition.streamSource;
    if (source?.format !== StreamFormat.PROTOBUF)
      return JSON.stringify(JSON.parse(Buffer.from(content).toString("utf8")), null, 2);
    const message = streamMessage(source, "stream_source");
    return JSON.stringify(toJson(message, fromBinary(message, content)), null, 2);
  } catch {
    return "";
  }
}
