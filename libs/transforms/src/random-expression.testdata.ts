import type { FeatureType, FeatureValue } from "@timewell/row";
import fc from "fast-check";

/** A random expression and the type that it gives. */
export interface RandomExpression {
  readonly text: string;
  readonly type: FeatureType;
}

/** Inputs of the random expressions, by kind; declared in `expressions.testdata.ts`. */
const names = {
  bool: ["origin.open"],
  int: ["origin.flights", "origin.gates", "planned"],
  double: ["origin.delay", "origin.wind"],
  string: ["origin.city"],
  time: ["origin.seen", "at"],
  ints: ["origin.counts", "origin.ids"],
  doubles: ["origin.delays", "origin.vec"],
  strings: ["origin.tags"],
} as const;

const literals = {
  bool: fc.constantFrom("true", "false"),
  int: fc.constantFrom("0", "1", "(-1)", "7", "9223372036854775807", "(-9223372036854775808)", "2147483648"),
  double: fc.constantFrom("0.0", "(-0.0)", "1.5", "(-2.25)", "1e308", "1e-320"),
  string: fc.constantFrom("''", "'a'", "'é€'", '"a\'b"', "'\\n'"),
  time: fc.constantFrom("timestamp('2026-01-01T00:00:00.001Z')", "timestamp('1000-01-01T00:00:00Z')"),
  ints: fc.constantFrom("[1, 2, 3]", "[-1]"),
  doubles: fc.constantFrom("[1.5, -0.0]"),
  strings: fc.constantFrom("['b']", "['a', 'é€', '']"),
} as const;

const text = (strings: TemplateStringsArray, ...parts: fc.Arbitrary<unknown>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((values) => String.raw({ raw: strings }, ...values));
const one = (...words: string[]) => fc.constantFrom(...words);

type Kinds = Record<keyof typeof names, string>;

type Tie = (kind: keyof Kinds) => fc.Arbitrary<string>;

/** What NULL is a value for. */
function equalities(tie: Tie): fc.Arbitrary<string>[] {
  const same = ["bool", "int", "double", "string", "time", "ints", "doubles", "strings"] as const;
  return [
    ...same.map((name) => text`(${tie(name)} ${one("==", "!=")} ${tie(name)})`),
    text`(${tie("int")} in ${tie("ints")})`,
    text`(${tie("string")} in ${tie("strings")})`,
    text`(${tie("int")} == null)`,
  ];
}

/** Expressions of every kind. Without `equality` none compares with == or != or asks `in`. */
function kinds(equality: boolean) {
  return fc.letrec<Kinds>((tie) => {
    const leaf = (kind: keyof Kinds) => fc.oneof(fc.constantFrom(...names[kind]), literals[kind]);
    const kind = (name: keyof Kinds, ...forms: fc.Arbitrary<string>[]) =>
      fc.oneof({ maxDepth: 4, depthIdentifier: "e" }, leaf(name), ...forms, choice(tie(name)));
    const choice = (of: fc.Arbitrary<string>) => text`(${tie("bool")} ? ${of} : ${of})`;
    const order = one("<", "<=", ">", ">=");
    const each = one("exists", "all", "exists_one");
    return {
      bool: kind(
        "bool",
        text`!${tie("bool")}`,
        text`(${tie("bool")} ${one("&&", "||")} ${tie("bool")})`,
        ...(["int", "double", "string", "time"] as const).map(
          (name) => text`(${tie(name)} ${order} ${tie(name)})`,
        ),
        text`${tie("string")}.${one("contains", "startsWith", "endsWith")}(${tie("string")})`,
        text`${tie("string")}.matches('^[a-zé]*$')`,
        text`${tie("ints")}.${each}(i, i ${order} ${tie("int")})`,
        text`${tie("doubles")}.${each}(d, d ${order} ${tie("double")})`,
        ...(equality ? equalities(tie) : []),
      ),
      int: kind(
        "int",
        text`(${tie("int")} ${one("+", "-", "*", "/", "%")} ${tie("int")})`,
        text`(-${tie("int")})`,
        text`size(${fc.oneof(tie("string"), tie("ints"), tie("doubles"), tie("strings"))})`,
        text`int(${tie("double")})`,
        text`${tie("ints")}[${tie("int")}]`,
        text`${tie("time")}.${one("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds")}()`,
        text`(${tie("time")} - ${tie("time")}).${one("getHours", "getMinutes", "getSeconds")}()`,
      ),
      double: kind(
        "double",
        text`(${tie("double")} ${one("+", "-", "*", "/")} ${tie("double")})`,
        text`(-${tie("double")})`,
        text`double(${tie("int")})`,
        text`${tie("doubles")}[${tie("int")}]`,
      ),
      string: kind(
        "string",
        text`(${tie("string")} + ${tie("string")})`,
        text`string(${fc.oneof(tie("int"), tie("bool"), tie("double"))})`,
        text`${tie("strings")}[${tie("int")}]`,
      ),
      time: kind(
        "time",
        text`(${tie("time")} ${one("+", "-")} duration(${one("'1h'", "'-1.5s'", "'1ms'", "'80000000h'")}))`,
      ),
      ints: kind(
        "ints",
        text`(${tie("ints")} + ${tie("ints")})`,
        text`[${tie("int")}, ${tie("int")}]`,
        text`${tie("ints")}.map(i, i ${one("+", "*")} ${tie("int")})`,
        text`${tie("ints")}.filter(i, i ${order} ${tie("int")})`,
        text`${tie("strings")}.map(s, size(s))`,
      ),
      doubles: kind(
        "doubles",
        text`(${tie("doubles")} + ${tie("doubles")})`,
        text`${tie("doubles")}.map(d, d ${order} ${tie("double")}, d / ${tie("double")})`,
      ),
      strings: kind("strings", text`${tie("strings")}.map(s, s + ${tie("string")})`),
    };
  });
}

const types: Readonly<Record<keyof Kinds, FeatureType>> = {
  bool: "BOOL",
  int: "INT64",
  double: "DOUBLE",
  string: "STRING",
  time: "TIMESTAMP",
  ints: "INT64_LIST",
  doubles: "DOUBLE_LIST",
  strings: "STRING_LIST",
};

/** Random expressions over the inputs of `expressions.testdata.ts`. */
export function randomExpressions(equality: boolean): fc.Arbitrary<RandomExpression> {
  const tie = kinds(equality);
  return fc.oneof(
    ...(Object.keys(types) as (keyof Kinds)[]).map((kind) =>
      tie[kind].map((text) => ({ text, type: types[kind] })),
    ),
  );
}

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -3n, max: 40n }),
);
/** Whole ms, from year 1000 on: the library rounds finer times in its getters, and takes the year 99 for 1999. */
const time = fc.bigInt({ min: -30_610_224_000_000n, max: 253_402_300_799_999n }).map((ms) => ms * 1000n);
/** Below the surrogates, where UTF-16 has the order of code points. */
const words = fc.string({ unit: fc.constantFrom("a", "b", "é", "€", "\n", " ", "\0"), maxLength: 6 });
const floats = fc.float();
const list = <T>(element: fc.Arbitrary<T>) => fc.array(element, { maxLength: 4 });

/** Values of all inputs in their order; with `nulls` any of them may be NULL. */
export function randomRows(nulls: boolean): fc.Arbitrary<FeatureValue[]> {
  const values: fc.Arbitrary<FeatureValue>[] = [
    fc.double(),
    floats,
    int64,
    fc.integer(),
    fc.boolean(),
    words,
    fc.uint8Array({ maxLength: 4 }),
    time,
    list(fc.double()),
    list(fc.integer()),
    list(int64),
    list(words),
    fc.array(floats, { minLength: 3, maxLength: 3 }),
    int64,
    time,
  ];
  return fc.tuple(...values.map((value) => (nulls ? fc.option(value, { freq: 3 }) : value)));
}
