import { create, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { feastServing } from "@timewell/contracts";
import { type CompiledProject, serviceDescriptor } from "@timewell/model";
import type { FeatureType, FeatureValue } from "@timewell/row";
import type { OnlineWrite } from "@timewell/store-ports";
import fc from "fast-check";

import { typedCases } from "../typed/typed-case.testdata.ts";
import { valueOf } from "./feast-twin.testdata.ts";

const { GetOnlineFeaturesRequestSchema } = feastServing;

/** A request of Feast for a random project, as both of its dialects say it. */
export interface FeastCase {
  readonly project: CompiledProject;
  readonly writes: readonly OnlineWrite[];
  readonly requests: readonly feastServing.GetOnlineFeaturesRequest[];
}

/** How one request asks. */
interface Asking {
  readonly byService: boolean;
  readonly picks: readonly number[];
  readonly fullFeatureNames: boolean;
  readonly includeFeatureViewVersionMetadata: boolean;
  /** Where request data goes; none: it is left out. */
  readonly data: "entities" | "requestContext" | "none";
}

const askings: fc.Arbitrary<Asking> = fc.record({
  byService: fc.boolean(),
  picks: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }),
  fullFeatureNames: fc.boolean(),
  includeFeatureViewVersionMetadata: fc.boolean(),
  data: fc.constantFrom("entities", "requestContext", "none"),
});

/** Random cases around an instant: the projects and rows of the typed services, read as clients of Feast do. */
export function feastCases(nowUs: bigint): fc.Arbitrary<FeastCase> {
  return fc
    .tuple(typedCases(nowUs), fc.array(askings, { minLength: 3, maxLength: 3 }))
    .map(([{ project, writes, requests }, asked]) => ({
      project,
      writes,
      requests: requests.map((bytes, i) => feastRequest(project, bytes, asked[i]!)),
      [fc.toStringMethod]: () => fc.stringify([asked, requests]),
    }));
}

/** Turns a typed request into one of Feast for the same entities. */
function feastRequest(project: CompiledProject, bytes: Uint8Array, asking: Asking) {
  const service = project.services.get("typed")!;
  const { input } = serviceDescriptor(project.project, service).method.get!;
  const typed = reflect(input, fromBinary(input, bytes));
  const rowsField = input.fields.find(({ name }) => name === "rows")!;
  const rows = [...(typed.get(rowsField) as Iterable<ReflectMessage>)];
  const references = asking.byService ? [] : pickReferences(project, asking.picks);
  const wanted = new Map<string, { type: FeatureType; from: string }>();
  for (const { view, keyNames } of service.selection.views) {
    if (!asking.byService && !references.some((each) => each.startsWith(`${view.name}:`))) continue;
    view.keys.forEach(({ name, type }, k) => {
      const asName = asking.byService ? keyNames[k]! : name;
      if (!wanted.has(asName)) wanted.set(asName, { type, from: keyNames[k]! });
    });
  }
  const entities = [...wanted].map(([name, { type, from }]) => {
    return [name, { val: rows.map((row) => valueIn(row, from, type)) }] as const;
  });
  const data = (asking.byService ? service.selection.requestData : []).map(
    ({ name, type }) => [name, { val: rows.map((row) => valueIn(row, name, type)) }] as const,
  );
  // Features of no entity: the column that Feast's clients send then.
  if (entities.length === 0)
    entities.push([
      "__dummy_id",
      { val: rows.map(() => ({ val: { case: "stringVal", value: "" } as const })) },
    ]);
  const { fullFeatureNames, includeFeatureViewVersionMetadata } = asking;
  const init: MessageInitShape<typeof GetOnlineFeaturesRequestSchema> = {
    kind: asking.byService
      ? { case: "featureService", value: "typed" }
      : { case: "features", value: { val: references } },
    entities: Object.fromEntries(asking.data === "entities" ? [...entities, ...data] : entities),
    requestContext: Object.fromEntries(asking.data === "requestContext" ? data : []),
    fullFeatureNames,
    includeFeatureViewVersionMetadata,
  };
  return create(GetOnlineFeaturesRequestSchema, init);
}

/** The value of a field of an entity row; unset: NULL. */
function valueIn(row: ReflectMessage, name: string, type: FeatureType) {
  const field = row.desc.fields.find((each) => each.name === name)!;
  if (!row.isSet(field)) return {};
  const value: unknown = row.get(field);
  if (field.message === undefined) return { val: valueOf(type, value as NonNullable<FeatureValue>) };
  const { v } = (value as ReflectMessage).message as unknown as { readonly v: readonly bigint[] };
  return { val: valueOf(type, [...v]) };
}

function pickReferences(project: CompiledProject, picks: readonly number[]): string[] {
  const used = new Set(project.services.get("typed")!.selection.views.map(({ view }) => view));
  const all = [...used].flatMap((view) => view.features.map(({ name }) => `${view.name}:${name}`));
  return [...new Set(picks.map((pick) => all[pick % all.length]!))];
}
