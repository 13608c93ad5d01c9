import { create } from "@bufbuild/protobuf";
import {
  type DropQuarantinedRequest,
  type DropQuarantinedResponse,
  DropQuarantinedResponseSchema,
} from "@timewell/contracts";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { selectedRows } from "./selected-rows.ts";

/** Throws refused rows of a view away. */
export async function dropQuarantined(
  { definitions, ingestLog }: Pick<IngestionDeps, "definitions" | "ingestLog">,
  request: DropQuarantinedRequest,
): Promise<DropQuarantinedResponse> {
  const project = definitions.project(request.project);
  const dropped = await ingestLog.dropQuarantined(
    selectedRows(project, request.featureView, request.selection),
  );
  return create(DropQuarantinedResponseSchema, { dropped: BigInt(dropped) });
}
