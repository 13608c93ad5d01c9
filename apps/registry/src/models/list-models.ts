import { create, toBinary } from "@bufbuild/protobuf";
import {
  ListModelsResponseSchema,
  ModelSchema,
  type ListModelsRequest,
  type ListModelsResponse,
} from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { ModelFilter, RegistryStore } from "@timewell/store-ports";
import { findSnapshot } from "../find-snapshot.ts";
import { checkText, nameCharsMax } from "./check-text.ts";

const pageSizeDefault = 100;
const pageSizeMax = 1_000;
/** A page ends early over this: a message takes 4 MiB. */
const pageBytesMax = 2_097_152;
/** Models that are read at a time. */
const readMax = 100;

/** One page of recorded models, the latest first. Throws PROJECT_NOT_FOUND, INVALID_REQUEST or LIMIT_EXCEEDED. */
export async function listModels(
  store: RegistryStore,
  request: ListModelsRequest,
): Promise<ListModelsResponse> {
  const size = pageSize(request.pageSize);
  const filter = filterOf(request);
  let before = pageStart(request.pageToken);
  await findSnapshot(store, request.project);
  const page = create(ListModelsResponseSchema);
  for (let bytes = 0; ;) {
    const found = await store.listModels(request.project, { ...filter, before }, readMax);
    for (const { number, model } of found) {
      if (page.models.length === size || bytes > pageBytesMax) {
        page.nextPageToken = String(before);
        return page;
      }
      page.models.push(model);
      bytes += toBinary(ModelSchema, model).length;
      before = number;
    }
    if (found.length < readMax) return page;
  }
}

function filterOf(request: ListModelsRequest): ModelFilter {
  const text = (value: string, field: string) => {
    checkText(value, field, nameCharsMax, "may be empty");
    return value === "" ? undefined : value;
  };
  return {
    view: text(request.view, "view"),
    featureService: text(request.featureService, "feature_service"),
    name: text(request.name, "name"),
    trainingSetId: text(request.trainingSetId, "training_set_id"),
  };
}

function pageSize(asked: number): number {
  if (asked === 0) return pageSizeDefault;
  if (asked <= pageSizeMax) return asked;
  throw new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot list ${asked} models a page: expected 1 to ${pageSizeMax}`,
    { field: "page_size", hint: "Ask for less, and go on with next_page_token" },
  );
}

function pageStart(token: string): bigint | undefined {
  if (token === "") return undefined;
  if (/^[1-9][0-9]{0,17}$/.test(token)) return BigInt(token);
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot go on at page token ${showValue(token)}: no page had it`,
    {
      field: "page_token",
      hint: "Send next_page_token of the page before, or none for the first page",
    },
  );
}
