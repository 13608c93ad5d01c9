import { create, toBinary } from "@bufbuild/protobuf";
import {
  type ListTrainingSetsRequest,
  type ListTrainingSetsResponse,
  ListTrainingSetsResponseSchema,
  TrainingSetRecordSchema,
} from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { ListedTrainingSet, TrainingSetPlace } from "@timewell/store-ports";

import type { TrainingSetDeps } from "./training-set-deps.ts";
import { trainingSetRecord } from "./training-set-record.ts";

const pageSizeDefault = 100;
const pageSizeMax = 1_000;
/** A page ends early over these: a message takes 4 MiB. */
const pageBytesMax = 2_097_152;
const pageReceiptsMax = 20_000;

/**
 * One page of training sets, the latest first, without snapshots; of receipts shard, rows and digest. PROJECT_NOT_FOUND, LIMIT_EXCEEDED
 * for a page that is too large, INVALID_REQUEST for a token that no page had.
 */
export async function listTrainingSets(
  deps: TrainingSetDeps,
  request: ListTrainingSetsRequest,
): Promise<ListTrainingSetsResponse> {
  const { project, featureService } = request;
  deps.definitions.project(project);
  const size = pageSize(request.pageSize);
  const listed = await deps.trainingCatalog.listTrainingSets({
    project,
    featureService: featureService === "" ? undefined : featureService,
    after: placeOf(request.pageToken),
    entriesMax: size + 1,
  });
  const candidates = withFewReceipts(listed.slice(0, size));
  const ids = candidates.filter(({ receipts }) => receipts > 0).map(({ entry }) => entry.trainingSetId);
  const heads = ids.length === 0 ? new Map<string, []>() : await deps.trainingCatalog.receiptHeads(ids);
  const page = create(ListTrainingSetsResponseSchema);
  let bytes = 0;
  for (const { entry } of candidates) {
    const record = trainingSetRecord(entry, heads.get(entry.trainingSetId) ?? []);
    bytes += toBinary(TrainingSetRecordSchema, record).length;
    if (page.trainingSets.length > 0 && bytes > pageBytesMax) break;
    page.trainingSets.push(record);
  }
  const last = page.trainingSets.at(-1);
  if (last !== undefined && page.trainingSets.length < listed.length) page.nextPageToken = tokenOf(last);
  return page;
}

function withFewReceipts(listed: readonly ListedTrainingSet[]): readonly ListedTrainingSet[] {
  let sum = 0;
  const end = listed.findIndex(({ receipts }) => (sum += receipts) > pageReceiptsMax);
  return end === -1 ? listed : listed.slice(0, Math.max(end, 1));
}

function pageSize(asked: number): number {
  if (asked === 0) return pageSizeDefault;
  if (asked <= pageSizeMax) return asked;
  throw new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot list ${asked} training sets a page: expected 1 to ${pageSizeMax}`,
    { field: "page_size", hint: "Ask for less, and go on with next_page_token" },
  );
}

function tokenOf({ createdAtUs, trainingSetId }: TrainingSetPlace): string {
  return `${createdAtUs}.${trainingSetId}`;
}

function placeOf(token: string): TrainingSetPlace | undefined {
  if (token === "") return undefined;
  const [, createdAtUs, trainingSetId] = /^(\d{1,18})\.(ts_[0-9a-f]{32})$/.exec(token) ?? [];
  if (createdAtUs !== undefined && trainingSetId !== undefined)
    return { createdAtUs: BigInt(createdAtUs), trainingSetId };
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot go on at page token ${showValue(token)}: no page had it`,
    { field: "page_token", hint: "Send next_page_token of the page before, or none for the first page" },
  );
}
