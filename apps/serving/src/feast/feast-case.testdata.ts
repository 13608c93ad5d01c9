import { create, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { feastServing, type feastTypes } from "@timewell/contracts";
import type { KeyType, KeyValue } from "@timewell/keys";
import { type CompiledProject, serviceDescriptor } from "@timewell/model";
import type { OnlineWrite } from "@timewell/store-ports";
import fc from "fast-check";

import { typedCases } from "../typed/typed-case.testdata.ts";

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
}

const askings: fc.Arbitrary<Asking> = fc.record({
  byService: fc.boolean(),
  picks: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }),
  fullFeatureNames: fc.boolean(),
  includeFeatureViewVersionMetadata: fc.boolean(),
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
  const wanted = new Map<string, { type: KeyType; from: string }>();
  for (const { view, keyNames } of service.selection.views) {
    if (!asking.byService && !references.some((each) => each.startsWith(`${view.name}:`))) continue;
    view.keys.forEach(({ name, type }, k) => {
      const asName = asking.byService ? keyNames[k]! : name;
      if (!wanted.has(asName)) wanted.set(asName, { type, from: keyNames[k]! });
    });
  }
  const entities = [...wanted].map(([name, { type, from }]) => {
    const val = rows.map((row) => {
      const field = row.desc.fields.find((each) => each.name === from)!;
      return { val: feastValue(type, row.get(field) as KeyValue | number) };
    });
    return [name, { val }] as const;
  });
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
    entities: Object.fromEntries(entities),
    fullFeatureNames,
    includeFeatureViewVersionMetadata,
  };
  return create(GetOnlineFeaturesRequestSchema, init);
}

function pickReferences(project: CompiledProject, picks: readonly number[]): string[] {
  const used = new Set(project.services.get("typed")!.selection.views.map(({ view }) => view));
  const all = [...used].flatMap((view) => view.features.map(({ name }) => `${view.name}:${name}`));
  return [...new Set(picks.map((pick) => all[pick % all.length]!))];
}

type ValueInit = NonNullable<MessageInitShape<typeof feastTypes.ValueSchema>["val"]>;

/** A key on Feast's wire; times lose what is below a second. */
function feastValue(type: KeyType, value: KeyValue | number): ValueInit {
  switch (type) {
    case "BOOL":
      return { case: "boolVal", value: value as boolean };
    case "INT32":
      return { case: "int32Val", value: Number(value) };
    case "INT64":
      return { case: "int64Val", value: value as bigint };
    case "STRING":
      return { case: "stringVal", value: value as string };
    case "BYTES":
      return { case: "bytesVal", value: value as Uint8Array };
    case "TIMESTAMP":
      return { case: "unixTimestampVal", value: (value as bigint) / 1_000_000n };
  }
}
