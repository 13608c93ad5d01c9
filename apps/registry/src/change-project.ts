import type { Change, Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { DefinitionPlan } from "@timewell/model";
import type { RegistryDeps } from "./registry-deps.ts";

/** A change of a project, to be made in one atomic step. */
export interface ProjectChange {
  readonly project: string;
  /** Version that the caller looked at. Undefined: whatever is current. */
  readonly baseVersion: bigint | undefined;
  /** Name of the caller's token. */
  readonly appliedBy: string;
  /** Says what changes; called again where another change came first. */
  readonly plan: (current: Snapshot | undefined) => DefinitionPlan;
}

/** What became of it. */
export interface ProjectChanged {
  readonly version: bigint;
  /** Empty where there was nothing to do. */
  readonly changes: readonly Change[];
}

/** How often a change without a stated base is tried while others come first. */
const attemptsMax = 20;

/**
 * Plans a change on the current snapshot and stores the next one, if nobody else stored one meanwhile.
 *
 * VERSION_CONFLICT, with both versions, where the stated base is not the current version; a change without a base is planned
 * again instead. Whatever fails, the project is as it was.
 */
export async function changeProject(
  deps: Pick<RegistryDeps, "store" | "clock">,
  change: ProjectChange,
): Promise<ProjectChanged> {
  for (let attempt = 1; ; attempt++) {
    const current = await deps.store.load(change.project);
    checkBase(change, current?.version ?? 0n);
    const plan = change.plan(current);
    if (plan.changes.length === 0) return { version: plan.baseVersion, changes: [] };
    const viewIds = plan.newViewVersions === 0 ? [] : await deps.store.allocateViewIds(plan.newViewVersions);
    const next = plan.build({ viewIds, appliedAtUs: deps.clock.nowUs(), appliedBy: change.appliedBy });
    try {
      await deps.store.save(next);
      return { version: next.version, changes: plan.changes };
    } catch (error) {
      const overtaken = error instanceof FeatureStoreError && error.kind === "VERSION_CONFLICT";
      if (!overtaken || attempt === attemptsMax) throw error;
      // With a stated base the next round says so in the caller's own words.
    }
  }
}

function checkBase({ project, baseVersion }: ProjectChange, currentVersion: bigint): void {
  if (baseVersion === undefined || baseVersion === currentVersion) return;
  throw new FeatureStoreError(
    "VERSION_CONFLICT",
    `Cannot change project ${project}: the change was planned on version ${baseVersion}, and version ${currentVersion} is current`,
    {
      field: "base_version",
      hint: "Plan again, look at what the other change did, and apply on the new version.",
    },
  );
}
