import { FeatureStoreError } from "@timewell/errors";
import { type CompiledProject, type Selection, selectReferences, selectService } from "@timewell/model";

import type { ServingDeps } from "../serving-deps.ts";
import { feastProject } from "./feast-project.ts";
import { compileFeastPlan, type FeastPlan } from "./feast-plan.ts";
import { fromFeastReferences } from "./feast-references.ts";

/** What a request reads: the name of a service, or references. */
export type FeastSelector =
  | { readonly service: string }
  | { readonly references: readonly string[] }
  /** The bytes of a `feast.serving.FeatureList`, and how to read them. */
  | { readonly bytes: Uint8Array; readonly read: () => readonly string[] };

/** Field that errors about equal feature names name, so that they can be told from others. */
export const collisionField = "full_feature_names";

const plansMax = 256;
const identityCharsMax = 65_536;

/** The plans that requests of Feast's clients need, kept for as long as their version of the project is served. */
export class FeastPlans {
  readonly #deps: ServingDeps;
  readonly #plans = new WeakMap<CompiledProject, Map<string, FeastPlan>>();
  readonly #knownKeys = new WeakMap<CompiledProject, ReadonlySet<string>>();

  constructor(deps: ServingDeps) {
    this.#deps = deps;
  }

  /**
   * The plan of a request. INVALID_REQUEST naming `full_feature_names` where features alone would have equal names, and the
   * errors of `feastProject`, `selectService` and `selectReferences`.
   */
  plan(selector: FeastSelector, fullFeatureNames: boolean): FeastPlan {
    const project = feastProject(this.#deps);
    const identity = identityOf(selector);
    let plans = this.#plans.get(project);
    if (plans === undefined) this.#plans.set(project, (plans = new Map()));
    let plan = plans.get(identity);
    if (plan === undefined) {
      plan = this.#compile(project, selector);
      if (plans.size >= plansMax) plans.clear();
      if (identity.length <= identityCharsMax) plans.set(identity, plan);
    }
    if (!fullFeatureNames && plan.collisions.length > 0) throw collision(plan.collisions);
    return plan;
  }

  #compile(project: CompiledProject, selector: FeastSelector): FeastPlan {
    if ("service" in selector)
      return this.#compiled(project, selectService(project, selector.service), new Map());
    const asked = "references" in selector ? selector.references : selector.read();
    const { references, prefixes } = fromFeastReferences(asked);
    return this.#compiled(project, selectReferences(project, references), prefixes);
  }

  #compiled(
    project: CompiledProject,
    selection: Selection,
    prefixes: ReadonlyMap<string, string>,
  ): FeastPlan {
    return compileFeastPlan(project.project, selection, prefixes, this.#keysOf(project), this.#deps);
  }

  #keysOf(project: CompiledProject): ReadonlySet<string> {
    let keys = this.#knownKeys.get(project);
    if (keys !== undefined) return keys;
    const views = [...project.viewsById.values()].flatMap((view) => view.keys);
    const services = [...project.services.values()].flatMap(({ selection }) => selection.keys);
    keys = new Set([...views, ...services].map(({ name }) => name));
    this.#knownKeys.set(project, keys);
    return keys;
  }
}

function identityOf(selector: FeastSelector): string {
  if ("service" in selector) return `s${selector.service}`;
  if ("references" in selector) return `r${JSON.stringify(selector.references)}`;
  const { buffer, byteOffset, length } = selector.bytes;
  return `b${Buffer.from(buffer, byteOffset, length).toString("latin1")}`;
}

function collision(names: readonly string[]): FeatureStoreError {
  const shown = names.slice(0, 5).join(", ");
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot answer with features alone: more than one is called ${shown}`,
    { field: collisionField, hint: "Set full_feature_names, which names them <view>__<feature>." },
  );
}
