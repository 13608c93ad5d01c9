import { scalarNames, type ProjectSpec } from "./project-specs.testdata.ts";

const rule = { field: "f0", values: [true], text: "a+", durationMs: 3_600_000 };
const stream = {
  topic: "t",
  format: "protobuf",
  eventTime: "a.b",
  eventTimeUnit: "s",
  columns: { f1: "x.y" },
  latenessMs: 0,
  message: "m.M",
  descriptorSet: "00ff",
  delete: "gone",
};
const parts = {
  stream,
  constraints: (["oneOf", "notNull", "freshWithin", "predicate", "matches"] as const).map((kind) => ({
    ...rule,
    kind,
  })),
  everyMs: 1_000,
};
const kinds = ["count", "sum", "mean", "min", "max", "stddev", "first", "last", "lastN"] as const;
const lengths = { field: "n", n: 3, windows: ["1m", "24h", "lifetime"], where: "n > 1" };
const windows = {
  aggregates: kinds.map((kind) => ({
    ...lengths,
    kind,
    name: kind.toLowerCase(),
    description: `A ${kind}`,
  })),
  eventId: "n",
  cutOverMs: 1_767_225_600_000,
};

/** A project with every type and with every part of the languages. */
export function wholeProject(): ProjectSpec {
  const types = [...scalarNames, ...scalarNames.map((name) => `${name}[]`), "vector 65536"];
  const features = types.map((type, i) => ({ name: `f${i}`, type, description: `A ${type}` }));
  const keys = ["bool", "int32", "int64", "string", "bytes", "timestamp"];
  const people = { description: "Über 'x'\n", owner: "ops", tags: { b: "2", a: "", ü: "ß" } };
  const source = {
    format: "csv",
    path: "a b.csv",
    eventTime: "at",
    createdTime: "made",
    delayMs: 0,
    columns: { f1: "F1" },
  } as const;
  return {
    entities: [
      { name: "all_keys", keys: keys.map((type) => ({ name: type, type })), ...people },
      { name: "global", keys: [] },
    ],
    views: [
      { name: "whole", entity: 0, features, ttlMs: 1, source, ...parts, ...people },
      { name: "bare", entity: 1, features: [{ name: "n", type: "int64" }] },
      {
        name: "windowed",
        entity: 1,
        features: [{ name: "n", type: "int64" }],
        windows,
        source,
        ...parts,
        constraints: [],
      },
    ],
    services: [
      {
        name: "s",
        uses: [
          {
            view: 0,
            alias: "x",
            joinKeys: { int64: "id", bool: "flag" },
            select: ["f2", "f1"],
            version: 7,
          },
          { view: 1 },
        ],
        requestData: features.map((field) => ({ ...field, name: `r_${field.name}` })),
        onDemand: features.map((field) => ({ ...field, name: `o_${field.name}`, expression: "1" })),
        ...people,
      },
    ],
  };
}
