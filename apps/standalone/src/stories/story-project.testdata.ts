import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, FileFormat, ValueType } from "@timewell/contracts";
import { compileProject, type CompiledProject, planDefinitions } from "@timewell/model";

import { windowedDefinitions, windowedViews } from "./story-windows.testdata.ts";

/** Times of a story in its own unit: what it takes to wait is a choice of the engines. */
export const storyUnits = {
  shortTtl: 20,
  everyoneTtl: 8,
  createdTtl: 40,
  delay: 10,
  grace: 15,
  tolerance: 4,
} as const;

/** The views, by where their rows come from. */
export const pushedViews = ["user_score", "pair_state", "everyone_flag"] as const;
export const batchViews = ["user_created", "pair_delayed"] as const;
export const storyViews = [...pushedViews, ...batchViews, ...windowedViews] as const;

/** Name of a view of a story. */
export type StoryView = (typeof storyViews)[number];
/** Name of one with a batch source. */
export type BatchView = (typeof batchViews)[number];

/** Name of the service that reads them all. */
export const storyService = "everything";

const number = { name: "number", type: ValueType.INT64 };

/** Views of one key, of two and of none; short and endless ttl; pushes alone, a created column, a declared delay. */
export function storyProject(unitMs: number): CompiledProject {
  const ms = (units: number) => BigInt(Math.round(units * unitMs));
  const user = { name: "user", type: ValueType.STRING };
  const definitions = create(DefinitionsSchema, {
    entities: [
      { name: "user", joinKeys: [user] },
      { name: "pair", joinKeys: [user, { name: "device", type: ValueType.INT64 }] },
      { name: "everyone", joinKeys: [] },
    ],
    featureViews: [
      {
        name: "user_score",
        entity: "user",
        features: [
          number,
          { name: "ratio", type: ValueType.DOUBLE },
          { name: "tags", type: ValueType.STRING_LIST },
        ],
        ttlMs: ms(storyUnits.shortTtl),
      },
      { name: "pair_state", entity: "pair", features: [number, { name: "raw", type: ValueType.BYTES }] },
      { name: "everyone_flag", entity: "everyone", features: [number], ttlMs: ms(storyUnits.everyoneTtl) },
      {
        name: "user_created",
        entity: "user",
        features: [number],
        ttlMs: ms(storyUnits.createdTtl),
        batchSource: {
          format: FileFormat.CSV,
          path: "user_created.csv",
          eventTimeColumn: "at",
          createdTimeColumn: "created",
        },
      },
      {
        name: "pair_delayed",
        entity: "pair",
        features: [number],
        batchSource: {
          format: FileFormat.CSV,
          path: "pair_delayed.csv",
          eventTimeColumn: "at",
          availabilityDelayMs: ms(storyUnits.delay),
        },
      },
      ...windowedDefinitions(),
    ],
    featureServices: [{ name: storyService, views: storyViews.map((view) => ({ view })) }],
  });
  const plan = planDefinitions(undefined, "default", definitions);
  const viewIds = Array.from({ length: plan.newViewVersions }, (_, i) => i + 1);
  return compileProject(plan.build({ viewIds, appliedAtUs: 0n, appliedBy: "" }));
}
