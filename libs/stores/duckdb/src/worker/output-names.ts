import { FeatureStoreError } from "@timewell/errors";
import type { TrainingPlan } from "@timewell/store-ports";
import type { LabelScan } from "../plan/training-query.ts";

/** Names of the columns of a training set, in order. INVALID_REQUEST for one that is asked for and not there, or twice. */
export function outputNames(plan: TrainingPlan, labels: LabelScan): ReadonlySet<string> {
  const statuses = plan.includeStatuses ? plan.views.map(({ name }) => `${name}__status`) : [];
  const all = new Set([...labels.columns.map(({ name }) => name), ...plan.columns, ...statuses]);
  if (plan.output === undefined) return all;
  const wanted = new Set<string>();
  for (const name of plan.output) {
    if (!all.has(name)) {
      const known = [...all].slice(0, 20).join(", ");
      throw invalid(`Cannot return column ${name}: there is none; the columns are ${known}`);
    }
    if (wanted.has(name)) throw invalid(`Cannot return column ${name} twice`);
    wanted.add(name);
  }
  for (const { name } of labels.columns) if (plan.besides?.includes(name) === true) wanted.add(name);
  return wanted;
}

function invalid(problem: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", problem, {
    field: "columns",
    hint: "Name columns of the labels or of the result, each once",
  });
}
