import { create } from "@bufbuild/protobuf";
import {
  type FindEntityRequest,
  type FindEntityResponse,
  FindEntityResponseSchema,
} from "@timewell/contracts";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { erasedEntity } from "./erased-entity.ts";
import { foundOf } from "./found-of.ts";
import { sourceRows } from "./source-rows.ts";

/** Looks for an entity everywhere that an erase removes it from. Nothing is changed. */
export async function findEntity(
  deps: IngestionDeps,
  request: FindEntityRequest,
): Promise<FindEntityResponse> {
  const entity = await erasedEntity(deps, request);
  const found = { ...(await foundOf(deps, entity)), sourceRows: await sourceRows(deps, entity) };
  const { project, keySha256 } = entity;
  const erasures = await deps.trainingCatalog.erasuresOfEntity(project, entity.entity, keySha256);
  const receipts = erasures.map(({ receipt }) => receipt);
  return create(FindEntityResponseSchema, { found, receipts });
}
