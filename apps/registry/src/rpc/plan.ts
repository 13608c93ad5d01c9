import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, type PlanRequest } from "@timewell/contracts";
import { planDefinitions } from "@timewell/model";
import type { RegistryStore } from "@timewell/store-ports";
import { nameReaders } from "../models/name-readers.ts";

/** Says what an apply would change. */
export async function plan(store: RegistryStore, request: PlanRequest) {
  const definitions = request.definitions ?? create(DefinitionsSchema);
  const { baseVersion, changes } = planDefinitions(
    await store.load(request.project),
    request.project,
    definitions,
  );
  return { baseVersion, changes: await nameReaders(store, request.project, changes) };
}
