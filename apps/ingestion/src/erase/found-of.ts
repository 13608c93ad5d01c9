import { create } from "@bufbuild/protobuf";
import { type EraseReceipt, EraseReceiptSchema } from "@timewell/contracts";
import { partitionOf } from "@timewell/keys";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { entityLabels } from "./entity-labels.ts";
import type { ErasedEntity } from "./erased-entity.ts";
import { findInLog } from "./find-in-log.ts";
import { findInQuarantine } from "./find-in-quarantine.ts";
import { findInSegments } from "./find-in-segments.ts";
import { onlineKeys } from "./online-keys.ts";

/** What an erase of an entity would remove now, as a receipt without an id and without source files. */
export async function foundOf(deps: IngestionDeps, entity: ErasedEntity): Promise<EraseReceipt> {
  const { inViews, keySha256 } = entity;
  const online = await deps.onlineStore.read(onlineKeys(inViews));
  const onlineRows = online.filter((row) => row !== undefined).length;
  const { rows, segments } = await findInSegments(deps, inViews);
  const labels = await entityLabels(deps, entity);
  const byPartition = Map.groupBy(inViews, ({ entityKey }) => partitionOf(entityKey));
  return create(EraseReceiptSchema, {
    entity: entity.entity,
    keySha256,
    onlineRows: BigInt(onlineRows),
    logRows: BigInt(await findInLog(deps.ingestLog, byPartition)),
    segmentRows: BigInt(rows),
    segmentsRewritten: segments,
    quarantinedRows: BigInt(await findInQuarantine(deps.ingestLog, inViews)),
    trainingSetIds: [...labels.trainingSetIds],
    labelFiles: labels.files.length,
  });
}
