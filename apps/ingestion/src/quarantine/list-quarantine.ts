import { create } from "@bufbuild/protobuf";
import {
  type ListQuarantineRequest,
  type ListQuarantineResponse,
  ListQuarantineResponseSchema,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { kindOf, viewIdsOf } from "./selected-rows.ts";
import { shownRow } from "./shown-row.ts";

const pageDefault = 100;
const pageMax = 1_000;

/** One page of the refused rows of a project, the latest first. */
export async function listQuarantine(
  { definitions, ingestLog }: Pick<IngestionDeps, "definitions" | "ingestLog">,
  request: ListQuarantineRequest,
): Promise<ListQuarantineResponse> {
  const project = definitions.project(request.project);
  const rowsMax = request.pageSize === 0 ? pageDefault : request.pageSize;
  if (rowsMax > pageMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot list ${rowsMax} rows: a page has at most ${pageMax}`,
      {
        field: "page_size",
        hint: "Ask for a smaller page, and then for the next",
      },
    );
  const filter = { viewIds: viewIdsOf(project, request.featureView), kind: kindOf(request.kind) };
  const entries = await ingestLog.listQuarantine(filter, { beforeId: idOf(request.pageToken), rowsMax });
  return create(ListQuarantineResponseSchema, {
    rows: entries.map((entry) => shownRow(project.viewsById.get(entry.viewId)!, entry)),
    nextPageToken: entries.length === rowsMax ? String(entries.at(-1)!.id) : "",
  });
}

function idOf(token: string): bigint | undefined {
  if (token === "") return undefined;
  if (/^\d{1,19}$/.test(token)) return BigInt(token);
  throw new FeatureStoreError("INVALID_REQUEST", "Cannot read the page token: no page ended with it", {
    field: "page_token",
    hint: "Send the token of the page before as it came",
  });
}
