import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { PushResponseSchema, PushStreamResponseSchema } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { compileProject } from "./compile-project.ts";
import { airport, airportHourly, applyAll } from "./definitions.testdata.ts";
import { pushDescriptor } from "./push-descriptor.ts";

const project = compileProject(applyAll("flights", { entities: [airport], featureViews: [airportHourly()] }));
const view = project.views.get("airport_hourly")!.at(-1)!;

describe("pushDescriptor()", () => {
  const service = pushDescriptor(view);

  it("names the service after project, view and version, with a method for one push and one for many", () => {
    expect(service.typeName).toBe("timewell.ingest.flights.AirportHourlyV1");
    expect(service.methods.map(({ name, methodKind }) => [name, methodKind])).toEqual([
      ["Push", "unary"],
      ["PushStream", "bidi_streaming"],
    ]);
  });

  it("has typed keys, and the features under the numbers of the registry", () => {
    const messages = service.methods[0]!.input.file.messages;
    const fieldsOf = (name: string) =>
      messages.find((message) => message.name === name)!.fields.map((field) => [field.name, field.number]);
    expect(fieldsOf("Keys")).toEqual(view.keys.map(({ name }, i) => [name, i + 1]));
    const features = view.input.features.map(({ name, number }) => [name, number]);
    expect(new Set(fieldsOf("AirportHourlyV1"))).toEqual(new Set(features));
    expect(fieldsOf("Row").map(([name]) => name)).toEqual(["keys", "features", "event_time_us", "operation"]);
  });

  it("answers with the bytes of the generic answers", () => {
    const response = create(PushResponseSchema, {
      results: [
        { outcome: { case: "position", value: { partition: 3, position: 9n } } },
        { outcome: { case: "error", value: { kind: "INVALID_KEY", message: "no" } } },
      ],
    });
    const stream = create(PushStreamResponseSchema, {
      sequence: 7n,
      outcome: { case: "response", value: response },
    });
    const bytes = [toBinary(PushResponseSchema, response), toBinary(PushStreamResponseSchema, stream)];
    service.methods.forEach(({ output }, i) => {
      expect(toBinary(output, fromBinary(output, bytes[i]!, { readUnknownFields: false }))).toEqual(bytes[i]);
    });
  });
});
