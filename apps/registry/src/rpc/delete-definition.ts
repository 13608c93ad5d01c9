import type { DeleteDefinitionRequest } from "@timewell/contracts";
import { planDelete } from "@timewell/model";
import { changeProject } from "../change-project.ts";
import type { RegistryDeps } from "../registry-deps.ts";

/** Deletes one definition in one atomic step. */
export async function deleteDefinition(
  deps: RegistryDeps,
  request: DeleteDefinitionRequest,
  appliedBy: string,
) {
  const { project, kind, name, baseVersion } = request;
  const { version } = await changeProject(deps, {
    project,
    baseVersion,
    appliedBy,
    plan: (current) => planDelete(current, project, kind, name),
  });
  return { version };
}
