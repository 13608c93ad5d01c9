import type { Change, Snapshot } from "@timewell/contracts";

/** What only the registry knows when it applies a plan. */
export interface PlanMeta {
  /** One new id for each of `newViewVersions`, ascending. */
  readonly viewIds: readonly number[];
  /** µs since the Unix epoch, UTC. */
  readonly appliedAtUs: bigint;
  /** Name of the token; empty where authentication is off. */
  readonly appliedBy: string;
}

/** What an apply or a delete would change. */
export interface DefinitionPlan {
  /** Version that the plan was made on; 0 where the project does not exist yet. */
  readonly baseVersion: bigint;
  /** In the order entities, views, services; by name within each. Empty: nothing to do. */
  readonly changes: readonly Change[];
  /** How many view versions it makes: each needs an id. */
  readonly newViewVersions: number;
  /** Makes the next snapshot. The current one is not touched; where there is nothing to do it is returned as it is. */
  build(meta: PlanMeta): Snapshot;
}
