import {
  type CompiledKey,
  type CompiledProject,
  type CompiledService,
  pascalCase,
  type SelectedView,
} from "@timewell/model";
import { fieldMask } from "@timewell/row";
import { forgetAfterUs } from "@timewell/ttl";

import type { MethodMetrics, ServingDeps, ViewMetrics } from "../serving-deps.ts";
import { WindowReads } from "../windows/window-reads.ts";
import { compileComputedPlan, type ComputedPlan } from "./computed-plan.ts";
import { varintBytes } from "./varint.ts";

/** A view or alias of a typed service. */
export interface PlannedUse {
  readonly viewId: number;
  /** Field number of the use in rows, states and times. */
  readonly number: number;
  /** Bytes of a tag of that number. */
  readonly tagBytes: number;
  /** Index in `groups`. */
  readonly keyGroup: number;
  readonly ttlUs: bigint;
  readonly forgetAfterUs: bigint;
  /** True where windows answer, to which no max age applies. */
  readonly isWindowed: boolean;
  /** Marks the fields to hand on; undefined where the payload goes out as it is stored. */
  readonly mask: Uint8Array | undefined;
  readonly metrics: ViewMetrics;
}

/** Everything that the calls of one service need, compiled once for each version of its project. Never changed. */
export interface RequestPlan {
  /** Where it is hosted: `/timewell.features.<project>.<Service>/Get`. */
  readonly path: string;
  /** Full name of the request message. */
  readonly requestType: string;
  readonly serviceRevision: number;
  readonly keys: readonly CompiledKey[];
  /** Field number to index in `keys`. */
  readonly slotOf: ReadonlyMap<number, number>;
  /** The composite keys: indexes in `keys`, in the order of the key code. */
  readonly groups: readonly (readonly number[])[];
  /** In ascending order of number, as canonical messages have them. */
  readonly uses: readonly PlannedUse[];
  /** Undefined where no use has windows. */
  readonly windows: WindowReads | undefined;
  readonly metrics: MethodMetrics;
  /** Undefined where nothing is computed. */
  readonly computed: ComputedPlan | undefined;
}

/** Compiles the plan of a service. */
export function compileRequestPlan(
  { project }: CompiledProject,
  service: CompiledService,
  deps: Pick<ServingDeps, "graceUs" | "metrics">,
): RequestPlan {
  const { keys, keyGroups, views } = service.selection;
  const slots = new Map(keys.map((key, slot) => [key.name, slot]));
  const numberOf = (use: SelectedView) => service.fieldNumbers.get(use.name)!;
  const ordered = views.toSorted((a, b) => numberOf(a) - numberOf(b));
  const uses = ordered.map((use) => planUse(use, numberOf(use), deps));
  const useOf = (view: number) => {
    const number = service.fieldNumbers.get(views[view]!.name);
    return uses.findIndex((use) => use.number === number);
  };
  const method = `timewell.features.${project}.${pascalCase(service.name)}/Get`;
  return Object.freeze({
    path: `/${method}`,
    requestType: `timewell.features.${project}.${service.name}.GetRequest`,
    serviceRevision: service.revision,
    keys,
    slotOf: new Map(keys.map((key, slot) => [service.keyNumbers.get(key.name)!, slot])),
    groups: keyGroups.map((group) => group.keys.map((key) => slots.get(key.name)!)),
    uses,
    windows: WindowReads.of(ordered.map(({ view }) => view)),
    metrics: deps.metrics.forMethod(method),
    computed: compileComputedPlan(project, service, useOf, deps),
  });
}

function planUse(
  use: SelectedView,
  number: number,
  deps: Pick<ServingDeps, "graceUs" | "metrics">,
): PlannedUse {
  const { view, keyGroup, whole, features } = use;
  return Object.freeze({
    viewId: view.id,
    number,
    tagBytes: varintBytes(number * 8),
    keyGroup,
    ttlUs: view.ttlUs,
    forgetAfterUs: forgetAfterUs(view.ttlUs, deps.graceUs),
    isWindowed: view.windows !== undefined,
    mask: whole ? undefined : fieldMask(features.map((feature) => feature.number)),
    metrics: deps.metrics.forView(view.project, view.name),
  });
}
