import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { FeatureReferencesSchema, type GetOnlineFeaturesRequestSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import {
  selectRequested,
  type CompiledProject,
  type RequestedSelection,
  type Selection,
} from "@timewell/model";

type RequestInit = NonNullable<MessageInitShape<typeof GetOnlineFeaturesRequestSchema>["selection"]>;

/** Reads what to read: one service name, or references like `view:feature`. INVALID_REQUEST for a mixture. */
export function parseSelection(words: readonly string[]): RequestedSelection & RequestInit {
  const references = words.flatMap((word) => word.split(",")).filter((word) => word !== "");
  const services = references.filter((word) => !word.includes(":"));
  if (services.length === 0 && references.length > 0) {
    return { case: "features", value: create(FeatureReferencesSchema, { references }) };
  }
  const [service] = services;
  if (service !== undefined && references.length === 1) return { case: "featureService", value: service };
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot tell what to read from ${JSON.stringify(words.join(" "))}: expected one service or references`,
    {
      field: "selection",
      hint: "Write a service like delay_v1, or references like airport_hourly:departures.",
    },
  );
}

/** Resolves a selection against the definitions, so that keys get their types. */
export function resolveSelection(project: CompiledProject, selection: RequestedSelection): Selection {
  return selectRequested(project, selection);
}
