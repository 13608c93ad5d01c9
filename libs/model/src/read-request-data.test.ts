import { create } from "@bufbuild/protobuf";
import { EntityRowSchema, ValueType, type EntityRow, type Value } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { compileProject } from "./compile-project.ts";
import { airport, airportHourly, applyAll, failureOf, flightDelay } from "./definitions.testdata.ts";
import { featureToValue } from "./feature-to-value.ts";
import { readRequestData } from "./read-request-data.ts";
import { selectReferences } from "./select-references.ts";
import { selectService } from "./select-service.ts";

const requestData = [
  { name: "planned", type: ValueType.INT32 },
  { name: "tags", type: ValueType.STRING_LIST },
];
const project = compileProject(
  applyAll("p", {
    entities: [airport],
    featureViews: [airportHourly()],
    featureServices: [{ ...flightDelay, requestData }],
  }),
);
const selection = selectService(project, "flight_delay");

function row(values: Record<string, Value["kind"]>): EntityRow {
  const entries = Object.entries(values).map(([name, kind]) => [name, { kind }]);
  return create(EntityRowSchema, { requestData: Object.fromEntries(entries) as never });
}

describe("readRequestData()", () => {
  it("reads values in the order of the service; what is left out or unset is NULL", () => {
    const tags = featureToValue("STRING_LIST", []).kind;
    expect(readRequestData(selection, row({ tags, planned: { case: "int64Value", value: 7n } }), 0)).toEqual([
      7,
      [],
    ]);
    expect(readRequestData(selection, row({ planned: { case: undefined } }), 0)).toEqual([null, null]);
  });

  const wrong: [string, Record<string, Value["kind"]>, string][] = [
    [
      "an unknown name",
      { planed: { case: "int64Value", value: 7n } },
      "Cannot use rows[3].request_data.planed: there is no such request data. Did you mean planned?",
    ],
    [
      "a wrong type",
      { planned: { case: "stringValue", value: "7" } },
      "Cannot use rows[3].request_data.planned: got stringValue, expected int32Value for INT32. Send planned as INT32.",
    ],
    [
      "a value out of range",
      { planned: { case: "int64Value", value: 2n ** 31n } },
      "Cannot use rows[3].request_data.planned: got 2147483648, expected a whole number",
    ],
  ];
  for (const [what, values, message] of wrong) {
    it(`refuses ${what}, naming row and name`, () => {
      const failure = failureOf(() => readRequestData(selection, row(values), 3));
      expect(failure.kind).toBe("INVALID_REQUEST");
      expect(failure.message).toContain(message);
      expect(failure.field).toContain("rows[3].request_data.");
    });
  }

  it("refuses any where features are read by reference", () => {
    const features = selectReferences(project, ["airport_hourly:*"]);
    const failure = failureOf(() => readRequestData(features, row({ planned: { case: undefined } }), 0));
    expect(failure.message).toContain("Send none: these features take none.");
  });
});
