import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { DefinitionsSchema, ValueType, type Snapshot } from "@timewell/contracts";
import { compileProject, planDefinitions, type CompiledProject } from "@timewell/model";
import { describeGeneration } from "./describe-generation.ts";
import type { Generation } from "./generation.ts";

type DefinitionsInit = MessageInitShape<typeof DefinitionsSchema>;

/** A project after these applies, one after another. */
export function projectOf(name: string, ...steps: DefinitionsInit[]): CompiledProject {
  let snapshot: Snapshot | undefined;
  let id = 0;
  for (const step of steps) {
    const plan = planDefinitions(snapshot, name, create(DefinitionsSchema, step));
    const viewIds = Array.from({ length: plan.newViewVersions }, () => ++id);
    snapshot = plan.build({ viewIds, appliedAtUs: 1n, appliedBy: "" });
  }
  return compileProject(snapshot!);
}

const { BOOL, INT64, DOUBLE, DOUBLE_LIST, STRING, FLOAT_VECTOR } = ValueType;

/** A service with what generated code must cope with: aliases, a subset, lists, request data, comments of several lines. */
export const shop: DefinitionsInit = {
  entities: [
    { name: "user", joinKeys: [{ name: "user_id", type: STRING }] },
    {
      name: "item",
      joinKeys: [
        { name: "shop", type: INT64 },
        { name: "sku", type: STRING },
      ],
    },
  ],
  featureViews: [
    {
      name: "user_daily",
      entity: "user",
      ttlMs: 86_400_000n,
      description: "What a user did\nin one day */ // #",
      features: [
        { name: "orders", type: INT64, description: "Orders of the day" },
        { name: "spent", type: DOUBLE },
        { name: "taste", type: FLOAT_VECTOR, dimension: 3 },
      ],
    },
    { name: "item_stock", entity: "item", features: [{ name: "left_over", type: INT64 }] },
  ],
  featureServices: [
    {
      name: "offer_v1",
      description: "Which offer a user sees",
      views: [
        { view: "user_daily" },
        { view: "item_stock", alias: "wanted" },
        {
          view: "item_stock",
          alias: "seen",
          features: ["left_over"],
          joinKeyMapping: { shop: "seen_shop", sku: "seen_sku" },
        },
      ],
      requestData: [
        { name: "price", type: DOUBLE, description: "What the item costs now" },
        { name: "rivals", type: DOUBLE_LIST },
      ],
      onDemandFeatures: [
        {
          name: "is_dear",
          type: BOOL,
          expression: "price > user_daily.spent",
          description: "More than a day's worth",
        },
      ],
    },
  ],
};

/** What generators work from, for `offer_v1`. */
export function offerGeneration(): Generation {
  return describeGeneration(projectOf("shop", shop), "offer_v1");
}
