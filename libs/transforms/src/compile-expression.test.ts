import type { FeatureType, FeatureValue } from "@timewell/row";
import { describe, expect, it } from "vitest";
import { compile, compute, refusal } from "./expressions.testdata.ts";

const second = 1_000_000n;

describe("compileExpression() computes", () => {
  const cases: [string, FeatureType, FeatureValue | undefined][] = [
    ["origin.delay > 10.0 && planned >= 30", "BOOL", true],
    ["origin.delay > 10", "BOOL", true],
    ["origin.delay * 2.0 + double(origin.flights)", "DOUBLE", 65],
    ["origin.wind / 3.0", "FLOAT", Math.fround(0.5 / 3)],
    ["origin.gates + 1", "INT32", 8],
    ["origin.gates * 1000000000", "INT64", 7_000_000_000n],
    ["origin.flights / 7 * 7 + origin.flights % 7", "INT64", 40n],
    ["-origin.flights / 3", "INT64", -13n],
    ["origin.city + '-' + string(planned)", "STRING", "Zürich-30"],
    ["size(origin.city) + origin.tags.size()", "INT64", 8n],
    ["origin.city.startsWith('Z') && origin.city.contains('ri') && origin.city.endsWith('ch')", "BOOL", true],
    ["origin.city.matches('^Z.*h$')", "BOOL", true],
    ["origin.city.upperAscii()", "STRING", "ZüRICH"],
    ["origin.code == b'\\x01\\x02'", "BOOL", true],
    ["at - origin.seen > duration('59m')", "BOOL", true],
    ["(at - origin.seen).getMinutes()", "INT64", 59n],
    ["origin.seen + duration('1.5s')", "TIMESTAMP", 1_767_225_601_623_456n],
    ["origin.seen.getHours() == 0 && origin.seen.getDayOfWeek() == 4", "BOOL", true],
    ["origin.seen.getMilliseconds()", "INT64", 123n],
    ["timestamp('2026-01-01T00:00:00.123456Z') == origin.seen", "BOOL", true],
    ["timestamp(int(origin.seen)) + duration('1us')", "TIMESTAMP", 1_767_225_600n * second + 1n],
    ["string(origin.seen)", "STRING", "2026-01-01T00:00:00.123456Z"],
    ["origin.delays.exists(d, d > 30.0)", "BOOL", true],
    ["origin.delays.all(d, d > 30.0)", "BOOL", false],
    ["origin.delays.exists_one(d, d > 30.0)", "BOOL", true],
    ["origin.delays.filter(d, d < 30.0)", "DOUBLE_LIST", [1.5, 2.5]],
    ["origin.counts.map(c, c * planned)", "INT32_LIST", [30, 60, 90]],
    ["origin.counts.map(c, c > 1, c * 2)", "INT64_LIST", [4n, 6n]],
    ["origin.ids + [planned]", "INT64_LIST", [10n, 20n, 30n]],
    ["origin.vec.map(v, v * 2.0)", "FLOAT_VECTOR", [1, 3, -4]],
    ["origin.vec[2] + origin.delays[0]", "DOUBLE", -0.5],
    ["planned in [10, 20, 30]", "BOOL", true],
    ["'hub' in origin.tags", "BOOL", true],
    ["math.greatest(origin.delay, 0.0, 20.0)", "DOUBLE", 20],
    ["math.least(origin.counts)", "INT64", 1n],
    ["math.abs(origin.vec[2])", "DOUBLE", 2],
    ["math.round(-2.5)", "DOUBLE", -3],
    ["[]", "STRING_LIST", []],
    ["origin.open ? 1 : 0", "INT32", 1],
    ["1 == 1.0 && 9007199254740993 > 9007199254740992.0", "BOOL", true],
    ["'\\uffff' < '\\U0001F600'", "BOOL", true],
  ];
  for (const [text, type, expected] of cases) {
    it(`${text} as ${type}`, () => expect(compute(text, type)).toEqual(expected));
  }

  it("reads only the inputs that it names", () => {
    expect(compile("origin.delay > 1.0 || planned > 3", "BOOL").inputs).toEqual([0, 13]);
  });

  it("depends on nothing but the values, also where it is asked again", () => {
    const expression = compile("origin.counts.map(c, c + planned)", "INT64_LIST");
    const values = (planned: bigint) => [
      0,
      0,
      0n,
      0,
      true,
      "",
      new Uint8Array(),
      0n,
      [],
      [1, 2],
      [],
      [],
      [],
      planned,
    ];
    expect(expression.compute(values(1n))).toEqual([2n, 3n]);
    expect(expression.compute(values(5n))).toEqual([6n, 7n]);
  });
});

describe("compileExpression() and NULL (semantics 10)", () => {
  const none = { "origin.delay": null, planned: null, "origin.open": null, "origin.delays": null } as const;
  const cases: [string, FeatureType, FeatureValue | undefined][] = [
    ["origin.delay == null", "BOOL", true],
    ["origin.flights == null", "BOOL", false],
    ["has(origin.delay)", "BOOL", false],
    ["has(origin.flights)", "BOOL", true],
    ["has(origin.delay) ? origin.delay : -1.0", "DOUBLE", -1],
    ["origin.delay + 1.0", "DOUBLE", null],
    ["(origin.delay + 1.0) == null", "BOOL", true],
    ["origin.delay > 1.0", "BOOL", null],
    ["origin.delay == 1.0", "BOOL", false],
    ["origin.delay != 1.0", "BOOL", true],
    ["!origin.open", "BOOL", null],
    ["origin.open && false", "BOOL", false],
    ["false && origin.open", "BOOL", false],
    ["origin.open && true", "BOOL", null],
    ["origin.open || true", "BOOL", true],
    ["origin.open || false", "BOOL", null],
    ["origin.open ? 1 : 2", "INT64", null],
    ["origin.flights > 1 ? null : 2", "INT64", null],
    ["planned in [1, 2]", "BOOL", false],
    ["null in [planned]", "BOOL", true],
    ["size(origin.delays)", "INT64", null],
    ["origin.delays.exists(d, d > 1.0)", "BOOL", null],
    ["origin.counts.exists(c, c > planned)", "BOOL", null],
    ["origin.counts.exists(c, c > planned || c == 2)", "BOOL", true],
    ["origin.counts.filter(c, c > planned)", "INT64_LIST", null],
    ["[planned, 5].filter(x, x != null)", "INT64_LIST", [5n]],
    ["math.greatest(planned, 5)", "INT64", null],
    ["origin.city.startsWith('x') || planned == null", "BOOL", true],
  ];
  for (const [text, type, expected] of cases) {
    it(`${text} is ${String(expected)} where inputs are NULL`, () => {
      expect(compute(text, type, none)).toEqual(expected);
    });
  }
});

describe("compileExpression() fails to compute (semantics 10)", () => {
  const cases: [string, FeatureType][] = [
    ["origin.flights / 0", "INT64"],
    ["origin.flights % 0", "INT64"],
    ["9223372036854775807 + planned", "INT64"],
    ["-9223372036854775807 * planned", "INT64"],
    ["-(-9223372036854775807 - planned / planned)", "INT64"],
    ["planned * 100000000", "INT32"],
    ["int(origin.delay * 1e300)", "INT64"],
    ["int('12x')", "INT64"],
    ["int('')", "INT64"],
    ["double('')", "DOUBLE"],
    ["bool('yes')", "BOOL"],
    ["timestamp('2026-02-30T00:00:00Z')", "TIMESTAMP"],
    ["origin.seen + duration('80000000h')", "TIMESTAMP"],
    ["origin.delays[3]", "DOUBLE"],
    ["origin.delays[-1]", "DOUBLE"],
    ["origin.delay * 1e300", "FLOAT"],
    ["origin.delays.map(d, 1)[0] / 0 == null", "BOOL"],
    ["[planned, null]", "INT64_LIST"],
    ["origin.vec + [1.0]", "FLOAT_VECTOR"],
    ["math.least([])", "INT64"],
    ["string(b'\\xff')", "STRING"],
    ["origin.flights / 0 > 1 && true", "BOOL"],
  ];
  for (const [text, type] of cases) {
    it(`${text} as ${type}`, () => expect(compute(text, type)).toBeUndefined());
  }

  it("but && and || are decided by the other side, and only one branch of ? runs", () => {
    expect(compute("origin.flights / 0 > 1 || true", "BOOL")).toBe(true);
    expect(compute("false && origin.flights / 0 > 1", "BOOL")).toBe(false);
    expect(compute("planned == 30 ? 1 : 1 / 0", "INT64")).toBe(1n);
  });

  it("and a double never does: division by zero and overflow are infinite, NaN is a value", () => {
    expect(compute("origin.delay / 0.0", "DOUBLE")).toBe(Infinity);
    expect(compute("0.0 / 0.0", "DOUBLE")).toBeNaN();
    expect(compute("origin.delay / 0.0", "FLOAT")).toBe(Infinity);
  });

  it("and NaN has one form, whatever made it", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0]!;
    for (const text of ["origin.delay", "origin.delay / 0.0 - origin.delay / 0.0", "-(0.0 / 0.0)"]) {
      const value = compute(text, "DOUBLE", { "origin.delay": odd }) as number;
      expect(new BigUint64Array(Float64Array.of(value).buffer)[0]).toBe(0x7ff8_0000_0000_0000n);
    }
  });
});

describe("compileExpression() refuses", () => {
  const cases: [string, FeatureType, string][] = [
    [
      "origin.dela > 1.0",
      "BOOL",
      "at character 1, there is no origin.dela among the features of the service. Did you mean origin.delay?",
    ],
    [
      "true && origim.delay > 1.0",
      "BOOL",
      "at character 9, there is no origim.delay. Did you mean origin.delay?",
    ],
    ["planed > 1", "BOOL", "there is no planed. Did you mean planned?"],
    [
      "origin == null",
      "BOOL",
      "origin is a view, not a value. Name a feature of it, for example origin.delay.",
    ],
    ["planned.x == 1", "BOOL", "planned is a single value and has no fields"],
    [
      "origin.delay + 1",
      "DOUBLE",
      "at character 14, + does not take double and int. Convert one of them with double(…) or int(…)",
    ],
    ["origin.city + 1", "STRING", "+ does not take string and int"],
    ["origin.city == 1", "BOOL", "== does not take string and int"],
    ["origin.delay", "BOOL", "it gives a double, expected a bool for BOOL"],
    [
      "origin.flights",
      "DOUBLE",
      "it gives an int, expected a double for DOUBLE. Convert it with double(…), write 1.0 for 1, or declare INT64.",
    ],
    ["null", "BOOL", "it gives NULL always"],
    [
      "at - at",
      "INT64",
      "it gives a duration, expected an int for INT64. Take a part of it, for example .getSeconds().",
    ],
    ["origin.open ? 1 : 1.0", "INT64", "the branches of ? are int and double"],
    ["origin.delay ? 1 : 2", "INT64", "? takes a bool, got double"],
    ["origin.delay && true", "BOOL", "at character 7, && takes a bool, got double"],
    ["[1, 'a']", "INT64_LIST", "a list cannot hold int and string"],
    ["[[1]]", "INT64_LIST", "lists of lists are not supported"],
    ["{'a': 1}", "BOOL", "maps and messages are not supported"],
    ["1u == 1u", "BOOL", "unsigned integers are not supported"],
    ["9223372036854775808 == 1", "BOOL", "does not fit into 64 bits"],
    ["lenght(origin.city) == 1", "BOOL", "there is no function lenght"],
    ["origin.city.startWith('a')", "BOOL", "there is no function startWith. Did you mean startsWith?"],
    ["type(origin.city) == string", "BOOL", "there is no function type"],
    ["has(planned)", "BOOL", "has takes a feature. Write has(view.feature), or name != null."],
    ["origin.delays.exists(d)", "BOOL", "exists takes a name and an expression"],
    ["origin.delays.exists(planned, true)", "BOOL", "the variable planned has the name of something else"],
    ["origin.delays.exists(origin, true)", "BOOL", "the variable origin has the name of something else"],
    ["origin.city.exists(c, true)", "BOOL", "exists takes a list, got string"],
    ["origin.city.matches(origin.city)", "BOOL", "matches takes a string and a literal pattern"],
    ["origin.city.matches('(')", "BOOL", "the pattern is not a regular expression of RE2"],
    ["origin.seen.getHours('Europe/Paris')", "INT64", "getHours does not take timestamp and string"],
    ["origin.delay >", "BOOL", "at character 14, the expression cannot go on with >"],
    ["origin.delay\n > 1.0 &&\n nope", "BOOL", "at line 3, character 2, there is no nope"],
    ["", "BOOL", "it is empty"],
    ["for == 1", "BOOL", "reserved identifier"],
  ];
  for (const [text, type, message] of cases) {
    it(JSON.stringify(text), () => {
      const error = refusal(text, type);
      expect(error.message).toContain(message);
      expect(error.kind).toBe("INVALID_DEFINITION");
      expect(error.message.startsWith("Cannot accept x: ")).toBe(true);
    });
  }

  const limits: [string, string, string][] = [
    ["more than 4,096 characters", `true${" ".repeat(4_093)}`, "got 4097 characters"],
    ["brackets deeper than 50", `${"(".repeat(51)}true${")".repeat(51)}`, "nested deeper than 50 levels"],
    ["brackets that do not close", "{".repeat(4_000), "nested deeper than 50 levels"],
    ["operators deeper than 50", `1${"+1".repeat(60)} == 1`, "nested deeper than 50 levels"],
    [
      "macros deeper than 2",
      "origin.vec.all(a, origin.vec.all(b, origin.vec.all(c, a + b + c > 0.0)))",
      "nested deeper than 2 levels",
    ],
    ["too many steps", "origin.ids.exists(a, origin.ids.exists(b, a == b))", "steps for one row"],
    ["a list in a list of unknown size", "origin.tags.exists(a, a in origin.tags)", "steps for one row"],
  ];
  for (const [what, text, message] of limits) {
    it(what, () => {
      const error = refusal(text);
      expect(error.message).toContain(message);
      expect(error.kind).toBe("LIMIT_EXCEEDED");
    });
  }

  it("nothing that is nested but small", () => {
    expect(compute("origin.vec.exists(a, origin.vec.exists(b, a + b == 2.0))", "BOOL")).toBe(true);
    expect(compute("origin.tags.exists(t, t.startsWith('n') && t.size() > 3)", "BOOL")).toBe(true);
    expect(compute("'((((' == \"))))\"", "BOOL")).toBe(false);
  });
});
