import type { FeatureValue } from "@timewell/row";
import type { OnDemandPlan } from "./on-demand-plan.ts";

/** Where the values of one row are found. */
export interface InputSources {
  /** Value of a feature of the selection; NULL where the view is not PRESENT. */
  feature(view: number, feature: number): FeatureValue;
  /** Value of a request key, by name. */
  key(name: string): FeatureValue;
  /** Value of request data, by place. */
  request(field: number): FeatureValue;
}

/** The values of the inputs of a plan, in their order. */
export function gatherInputs(plan: OnDemandPlan, sources: InputSources): FeatureValue[] {
  return plan.inputs.map(({ origin }) => {
    switch (origin.from) {
      case "feature":
        return sources.feature(origin.view, origin.feature);
      case "key":
        return sources.key(origin.key);
      case "request":
        return sources.request(origin.field);
    }
  });
}
