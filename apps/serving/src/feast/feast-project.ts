import { FeatureStoreError } from "@timewell/errors";
import type { CompiledProject } from "@timewell/model";

import type { ServingDeps } from "../serving-deps.ts";

const namesShownMax = 5;

/**
 * The project that clients of Feast read, whose requests name none: the one that `--feast-project` says, else the only one there
 * is. PROJECT_NOT_FOUND where there is none of that name, none at all, or more than one to choose from.
 */
export function feastProject({
  definitions,
  feastProject: named,
}: Pick<ServingDeps, "definitions" | "feastProject">): CompiledProject {
  if (named !== undefined) return definitions.project(named);
  const projects = definitions.projects();
  const [only, other] = projects;
  if (only !== undefined && other === undefined) return only;
  if (only === undefined)
    throw new FeatureStoreError("PROJECT_NOT_FOUND", "Cannot find a project to read: there is none yet", {
      hint: "Apply definitions first.",
    });
  const names = projects.map(({ project }) => project).sort();
  const shown = `${names.slice(0, namesShownMax).join(", ")}${names.length > namesShownMax ? ", …" : ""}`;
  throw new FeatureStoreError(
    "PROJECT_NOT_FOUND",
    `Cannot tell which project to read: this server has ${names.length}, ${shown}, and Feast's requests name none`,
    { hint: `Start it with --feast-project, for example --feast-project ${names[0]}.` },
  );
}
