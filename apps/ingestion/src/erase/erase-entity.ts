import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";

import { create } from "@bufbuild/protobuf";
import {
  type EraseEntityRequest,
  type EraseEntityResponse,
  EraseEntityResponseSchema,
  type EraseReceipt,
  EraseReceiptSchema,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { entityLabels } from "./entity-labels.ts";
import { type ErasedEntity, erasedEntity, keySha256Of } from "./erased-entity.ts";
import { eraseOnline } from "./erase-online.ts";
import { eraseSegments } from "./erase-segments.ts";
import { foundOf } from "./found-of.ts";
import { sourceRows } from "./source-rows.ts";
import { type Counts, tally } from "./tally.ts";

const reasonCharactersMax = 1_024;

/**
 * Removes an entity from everything that Timewell holds, and yields what is done now; the last message is the receipt. First the log, so
 * that nothing is applied or flushed anew; then the online store; then segments, and the online store again for what was on its way there; then
 * labels. Each step is harmless where it is done again: an erase that was cut goes on under its receipt when it is asked for again.
 */
export async function* eraseEntity(
  deps: IngestionDeps,
  request: EraseEntityRequest,
  principal: string,
): AsyncGenerator<EraseEntityResponse> {
  checkReason(request.reason);
  const entity = await erasedEntity(deps, request);
  const receipt = await begin(deps, entity, request.reason, principal);
  deps.failPoint?.("erase.begun");
  const record = () => deps.trainingCatalog.recordErasure(receipt, false);

  yield step("Looking for it");
  tally(receipt, await foundOf(deps, entity));
  await record();

  yield step("Removing its rows from the log and the quarantine");
  tally(receipt, await eraseLog(deps, entity));
  deps.failPoint?.("erase.log-erased");
  await record();

  yield step("Removing its rows from the online store");
  const online = await eraseOnline(deps, entity.inViews);
  deps.failPoint?.("erase.online-removed");
  tally(receipt, { onlineRows: BigInt(online) });
  await record();

  yield step("Writing segments anew without its rows");
  const done = { segmentRows: 0n, segmentsRewritten: 0 };
  for await (const { rows, segments } of eraseSegments(deps, entity.inViews)) {
    done.segmentRows += BigInt(rows);
    done.segmentsRewritten += segments;
    tally(receipt, done);
    await record();
    yield step(`Writing segments anew without its rows: ${done.segmentsRewritten} so far`);
  }
  tally(receipt, { onlineRows: BigInt(online + (await eraseOnline(deps, entity.inViews))) });

  yield step("Looking for training sets with it among their labels");
  await eraseLabels(deps, entity, receipt, record);

  yield step("Looking into the source files");
  receipt.sourceRows = await sourceRows(deps, entity);
  receipt.erasedAtUs = deps.clock.nowUs();
  await deps.trainingCatalog.recordErasure(receipt, true);
  yield create(EraseEntityResponseSchema, { receipt });
}

async function begin(
  deps: IngestionDeps,
  { project, entity, keySha256, inViews }: ErasedEntity,
  reason: string,
  erasedBy: string,
): Promise<EraseReceipt> {
  const id = `er_${createHash("sha256").update(deps.newId()).digest("hex").slice(0, 32)}`;
  const begun = await deps.trainingCatalog.beginErasure({
    project,
    viewIds: inViews.map(({ view }) => view.id),
    keysSha256: [...new Set(inViews.map(({ entityKey }) => keySha256Of(entityKey)))],
    startedAtUs: deps.clock.nowUs(),
    receipt: create(EraseReceiptSchema, { id, entity, keySha256, reason, erasedBy }),
  });
  return begun.receipt;
}

async function eraseLog(
  { ingestLog }: Pick<IngestionDeps, "ingestLog">,
  { inViews }: ErasedEntity,
): Promise<Pick<Counts, "logRows" | "quarantinedRows">> {
  const byKey = Map.groupBy(inViews, ({ entityKey }) => Buffer.from(entityKey).toString("hex"));
  const counts = { logRows: 0n, quarantinedRows: 0n };
  for (const part of byKey.values()) {
    const viewIds = part.map(({ view }) => view.id);
    const erased = await ingestLog.eraseEntity(viewIds, part[0]!.entityKey);
    counts.logRows += BigInt(erased.logRows);
    counts.quarantinedRows += BigInt(erased.quarantinedRows);
  }
  return counts;
}

/** The training sets are recorded before their labels go: after that they could not be found again. */
async function eraseLabels(
  deps: IngestionDeps,
  entity: ErasedEntity,
  receipt: EraseReceipt,
  record: () => Promise<void>,
): Promise<void> {
  const { trainingSetIds, files } = await entityLabels(deps, entity);
  receipt.trainingSetIds = [...new Set([...receipt.trainingSetIds, ...trainingSetIds])].sort();
  tally(receipt, { labelFiles: files.length });
  await record();
  deps.failPoint?.("erase.labels-recorded");
  for (const file of files) await rm(file, { force: true });
}

function step(text: string): EraseEntityResponse {
  return create(EraseEntityResponseSchema, { step: text });
}

function checkReason(reason: string): void {
  if (reason.length <= reasonCharactersMax) return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot use reason: it has ${reason.length} characters, at most ${reasonCharactersMax} are allowed`,
    { field: "reason", hint: "Shorten it" },
  );
}
