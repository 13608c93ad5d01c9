import { clone, create } from "@bufbuild/protobuf";
import {
  Change_Action,
  FeatureServiceSchema,
  FeatureServiceStateSchema,
  type FeatureService,
  type FeatureServiceState,
  type Retired,
} from "@timewell/contracts";
import { checkClients } from "./check-clients.ts";
import { checkComputedClients } from "./check-computed-clients.ts";
import { describeService } from "./describe-definition.ts";
import { diffDescriptions } from "./diff-descriptions.ts";
import { assignNumbers, numberMax, useNumberFirst } from "./field-numbers.ts";
import type { PlannedChange } from "./plan-view.ts";
import type { ResolvedUse } from "./resolved-use.ts";

/** A service as an apply would leave it. */
export interface PlannedService {
  readonly state: FeatureServiceState;
  /** Undefined: nothing changes. */
  readonly change: PlannedChange | undefined;
}

/**
 * Plans one service, which was validated. `uses` are those of the definition, `currentUses` those of the current state.
 * Throws BREAKING_CHANGE where clients of the current revision would break.
 */
export function planService(
  current: FeatureServiceState | undefined,
  retired: Retired | undefined,
  service: FeatureService,
  uses: readonly ResolvedUse[],
  currentUses: readonly ResolvedUse[],
): PlannedService {
  if (current !== undefined) {
    checkClients(service.name, currentUses, uses);
    checkComputedClients(current.definition!, service);
  }
  const before = current && describeService(current.definition!, currentUses);
  const details = diffDescriptions(before, describeService(service, uses));
  if (current !== undefined && details.length === 0) return { state: current, change: undefined };
  const definition = clone(FeatureServiceSchema, service);
  definition.views.forEach((reference, i) => (reference.version = uses[i]!.version.version));
  const kept = new Map(Object.entries(current?.fieldNumbers ?? {}));
  const keyNames = new Set([
    ...uses.flatMap((use) => use.requestKeys.map((key) => key.name)),
    ...service.requestData.map((field) => field.name),
  ]);
  const state = create(FeatureServiceStateSchema, {
    definition,
    revision: (current?.revision ?? retired?.version ?? 0) + 1,
    fieldNumbers: assignNumbers(
      uses.map((use) => use.name),
      kept,
      numberMax(current?.fieldNumbers ?? {}, Math.max(retired?.fieldNumberMax ?? 0, useNumberFirst - 1)),
    ),
    keyNumbers: assignNumbers(
      [...keyNames],
      new Map(Object.entries(current?.keyNumbers ?? {})),
      numberMax(current?.keyNumbers ?? {}, retired?.keyNumberMax ?? 0),
    ),
    computedNumbers: assignNumbers(
      service.onDemandFeatures.map((feature) => feature.name),
      new Map(Object.entries(current?.computedNumbers ?? {})),
      numberMax(current?.computedNumbers ?? {}, retired?.computedNumberMax ?? 0),
    ),
    featureNumberMax: Object.fromEntries(
      uses.filter((use) => use.whole).map((use) => [use.name, numberMax(use.version.fieldNumbers, 0)]),
    ),
  });
  const action = current === undefined ? Change_Action.CREATE : Change_Action.UPDATE;
  return { state, change: { action, details } };
}
