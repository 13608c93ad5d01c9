import { DefinitionKind, ValueType, type Definitions, type Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileProject } from "./compile-project.ts";
import { allVersions, applyTo, define } from "./definitions.testdata.ts";
import { planDefinitions } from "./plan-definitions.ts";
import { planDelete } from "./plan-delete.ts";

const types = fc.constantFrom(ValueType.INT64, ValueType.STRING);
const view = fc.record({
  name: fc.constantFrom("v", "w"),
  entity: fc.constantFrom("e", "f"),
  features: fc
    .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c"), types), {
      minLength: 1,
      selector: ([name]) => name,
    })
    .map((list) => list.map(([name, type]) => ({ name, type }))),
  ttlMs: fc.constantFrom(0n, 1n),
});
const use = fc.record({
  view: fc.constantFrom("v", "w"),
  alias: fc.constantFrom("", "x", "y"),
  version: fc.constantFrom(0, 0, 1, 2),
  features: fc.subarray(["a", "b"]),
});
const step = fc.oneof(
  fc.record({
    entities: fc.constant<{ name: string }[]>([]),
    featureViews: fc.uniqueArray(view, { selector: (one) => one.name }),
    featureServices: fc.array(
      fc.record({ name: fc.constant("s"), views: fc.array(use, { minLength: 1, maxLength: 3 }) }),
      {
        maxLength: 1,
      },
    ),
  }),
  fc.record({
    kind: fc.constantFrom(DefinitionKind.FEATURE_VIEW, DefinitionKind.FEATURE_SERVICE),
    name: fc.constantFrom("v", "w", "s"),
  }),
  fc.record({ entityType: types }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const entities = (type: ValueType) => [
  { name: "e", joinKeys: [{ name: "k", type }] },
  { name: "f", joinKeys: [{ name: "k", type: ValueType.INT64 }] },
];

/** What was ever given: to one (view, version, feature) or (service, alias), and to nothing else. */
class Ledger {
  readonly #owners = new Map<string, string>();

  record(thing: string, owner: string): void {
    expect([thing, this.#owners.get(thing) ?? owner]).toEqual([thing, owner]);
    this.#owners.set(thing, owner);
  }

  recordAll(snapshot: Snapshot): void {
    for (const version of allVersions(snapshot)) {
      const { name, features } = version.definition!;
      this.record(`id ${version.id}`, `${name}@${version.version}`);
      this.record(`${name}@${version.version}`, `id ${version.id}`);
      expect(Object.keys(version.fieldNumbers).sort()).toEqual(
        features.map((feature) => feature.name).sort(),
      );
      for (const { name: feature, type } of features) {
        const number = version.fieldNumbers[feature]!;
        this.record(`field ${number} of ${name}`, `${feature} ${type}`);
      }
    }
    for (const service of snapshot.featureServices) {
      const { name } = service.definition!;
      for (const [alias, number] of Object.entries(service.fieldNumbers)) {
        expect(number).toBeGreaterThanOrEqual(16);
        this.record(`field ${number} of service ${name}`, alias);
      }
      for (const [key, number] of Object.entries(service.keyNumbers)) {
        this.record(`key ${number} of service ${name}`, key);
      }
    }
  }
}

/** Every id that the registry gave, failed applies aside. */
class Registry {
  snapshot = applyTo(undefined, "p", define({ entities: entities(ValueType.STRING) }));
  #ids = 0;

  take(one: Step): void {
    const definitions = "kind" in one ? undefined : toDefinitions(one);
    const plan =
      definitions === undefined
        ? planDelete(
            this.snapshot,
            "p",
            (one as { kind: DefinitionKind }).kind,
            (one as { name: string }).name,
          )
        : planDefinitions(this.snapshot, "p", definitions);
    const viewIds = Array.from({ length: plan.newViewVersions }, () => ++this.#ids);
    const before = this.snapshot.version;
    this.snapshot = plan.build({ viewIds, appliedAtUs: 0n, appliedBy: "" });
    expect(this.snapshot.version).toBe(plan.changes.length === 0 ? before : before + 1n);
    if (definitions !== undefined) {
      expect(planDefinitions(this.snapshot, "p", definitions).changes).toEqual([]);
    }
  }
}

function toDefinitions(one: Exclude<Step, { kind: unknown }>): Definitions {
  return define("entityType" in one ? { entities: entities(one.entityType) } : one);
}

describe("any sequence of applies and deletes", () => {
  it("gives ids and numbers once, plans nothing twice, and always compiles", () => {
    let applied = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const registry = new Registry();
        const ledger = new Ledger();
        for (const one of steps) {
          try {
            registry.take(one);
            applied++;
          } catch (error) {
            if (!(error instanceof FeatureStoreError) || error.kind === "INTERNAL") throw error;
          }
          ledger.recordAll(registry.snapshot);
          compileProject(registry.snapshot);
        }
      }),
      { numRuns: Number(process.env.TIMEWELL_RUNS ?? 100) },
    );
    expect(applied).toBeGreaterThan(100);
  });
});
