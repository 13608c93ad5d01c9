import { ValueType, type DefinitionsSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describeGeneration } from "./describe-generation.ts";
import type { Generation } from "./generation.ts";
import { projectOf } from "./project.testdata.ts";

/** Names that a language or a generator could stumble over. */
const names = fc.constantFrom(
  ..."timewell google message optional string int64 double rows options row states status self object type a1 b2c d_3".split(
    " ",
  ),
  ..."served_at_us user user_id mean_delay grpc client get_request x_client messages list float_list json".split(
    " ",
  ),
);
const featureTypes = Object.values(ValueType).filter(
  (type) => typeof type === "number" && type !== 0,
) as ValueType[];
const keyTypes = [
  ValueType.BOOL,
  ValueType.INT32,
  ValueType.INT64,
  ValueType.STRING,
  ValueType.BYTES,
  ValueType.TIMESTAMP,
];

const description = fc.oneof(
  fc.constantFrom("", "plain", "a\nb", '/* */ // # """ \' ` ${x} \\u0041 \\', "a\u2028b\r\nc\u0085d"),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const unique = { selector: (each: { name: string }) => each.name };
const feature = fc
  .record({ name: names, type: fc.constantFrom(...featureTypes), description })
  .map((each) => ({ ...each, dimension: each.type === ValueType.FLOAT_VECTOR ? 3 : 0 }));
const view = fc.record({
  name: names,
  entity: fc.constant("thing"),
  features: fc.uniqueArray(feature, { minLength: 1, maxLength: 6, ...unique }),
  ttlMs: fc.constantFrom(0n, 3_600_000n),
  description,
});

const definitions: fc.Arbitrary<MessageInitShape<typeof DefinitionsSchema>> = fc
  .record({
    joinKeys: fc.uniqueArray(fc.record({ name: names, type: fc.constantFrom(...keyTypes) }), {
      maxLength: 3,
      ...unique,
    }),
    featureViews: fc.uniqueArray(view, { minLength: 1, maxLength: 3, ...unique }),
    service: names,
    alias: names,
    requestData: fc.uniqueArray(feature, { maxLength: 4, ...unique }),
    onDemandFeatures: fc.uniqueArray(
      fc.record({
        name: names,
        type: fc.constant(ValueType.INT64),
        expression: fc.constant("1 + 1"),
        description,
      }),
      { maxLength: 2, ...unique },
    ),
    description,
  })
  .map(({ joinKeys, featureViews, service, alias, description: about, ...more }) => ({
    entities: [{ name: "thing", joinKeys }],
    featureViews,
    featureServices: [
      {
        name: service,
        description: about,
        ...more,
        views: [
          ...featureViews.map(({ name }) => ({ view: name })),
          { view: featureViews[0]!.name, alias, features: [featureViews[0]!.features[0]!.name] },
        ],
      },
    ],
  }));

/** Services of random projects `p0`, `p1`, …; those that the model refuses are left out. */
export const randomServices: fc.Arbitrary<Generation[]> = fc
  .array(definitions, { minLength: 8, maxLength: 12 })
  .map((all) => all.flatMap((each, i) => accepted(`p${i}`, each)));

function accepted(project: string, init: MessageInitShape<typeof DefinitionsSchema>): Generation[] {
  try {
    return [describeGeneration(projectOf(project, init), init.featureServices![0]!.name!)];
  } catch (error) {
    if (error instanceof FeatureStoreError) return [];
    throw error;
  }
}
