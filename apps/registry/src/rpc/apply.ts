import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, type ApplyRequest } from "@timewell/contracts";
import { planDefinitions } from "@timewell/model";
import { changeProject } from "../change-project.ts";
import { nameReaders } from "../models/name-readers.ts";
import type { RegistryDeps } from "../registry-deps.ts";

/** Applies definitions in one atomic step. */
export async function apply(deps: RegistryDeps, request: ApplyRequest, appliedBy: string) {
  const { project, baseVersion } = request;
  const definitions = request.definitions ?? create(DefinitionsSchema);
  const { version, changes } = await changeProject(deps, {
    project,
    baseVersion,
    appliedBy,
    plan: (current) => planDefinitions(current, project, definitions),
  });
  return { version, changes: await nameReaders(deps.store, project, changes) };
}
