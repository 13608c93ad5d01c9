import { create, fromBinary, toBinary, toJson, type DescMessage, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  file_timewell_types_v1_log_position,
  file_timewell_types_v1_status,
  file_timewell_types_v1_value,
  ValueType,
} from "@timewell/contracts";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  airport,
  airportHourly,
  applyAll,
  applyTo,
  define,
  failureOf,
  flightDelay,
} from "./definitions.testdata.ts";
import { compileProject } from "./compile-project.ts";
import { planDefinitions } from "./plan-definitions.ts";
import { planDelete } from "./plan-delete.ts";
import { rowMessageDescriptor } from "./row-message-descriptor.ts";
import { serviceDescriptor } from "./service-descriptor.ts";

const { INT64, DOUBLE, STRING, DOUBLE_LIST } = ValueType;
const route = {
  name: "route",
  joinKeys: [
    { name: "origin", type: STRING },
    { name: "carrier_id", type: INT64 },
  ],
};
const routeDaily = {
  name: "route_daily",
  entity: "route",
  features: [{ name: "history", type: DOUBLE_LIST }],
};
const base = {
  entities: [airport, route],
  featureViews: [airportHourly(), routeDaily],
  featureServices: [{ ...flightDelay, views: [...flightDelay.views, { view: "route_daily" }] }],
};

function describeService(snapshot = applyAll("flights", base)): DescService {
  const project = compileProject(snapshot);
  return serviceDescriptor("flights", project.services.get("flight_delay")!);
}

/** `name = number` of each field. */
function fieldsOf(message: DescMessage | undefined): string[] {
  return (message?.fields ?? []).map((field) => `${field.name} = ${field.number}`);
}

function messageOf(service: DescService, name: string): DescMessage {
  return service.method.get!.input.file.messages.find((message) => message.name === name)!;
}

describe("serviceDescriptor()", () => {
  const service = describeService();

  it("names the service after its project, and its messages after the service", () => {
    expect(service.typeName).toBe("timewell.features.flights.FlightDelay");
    const { input, output, methodKind } = service.method.get!;
    expect([methodKind, input.typeName, output.typeName]).toEqual([
      "unary",
      "timewell.features.flights.flight_delay.GetRequest",
      "timewell.features.flights.flight_delay.GetResponse",
    ]);
    expect(input.file.messages.map((message) => message.name)).toEqual([
      "GetRequest",
      "EntityRow",
      "ReadOptions",
      "GetResponse",
      "Row",
      "States",
      "EventTimes",
      "AvailableTimes",
      "AirportHourlyV1",
      "RouteDailyV1",
    ]);
  });

  it("declares keys from 1, views and aliases from 16", () => {
    expect(fieldsOf(messageOf(service, "EntityRow"))).toEqual([
      "origin = 1",
      "destination = 2",
      "carrier_id = 3",
    ]);
    const uses = ["origin = 16", "destination = 17", "route_daily = 18"];
    const times = ["states = 1", "event_times_us = 2", "available_times_us = 3"];
    expect(fieldsOf(messageOf(service, "Row"))).toEqual([...times, ...uses]);
    for (const name of ["States", "EventTimes", "AvailableTimes"])
      expect(fieldsOf(messageOf(service, name))).toEqual(uses);
    expect(fieldsOf(messageOf(service, "GetResponse"))).toEqual([
      "rows = 1",
      "served_at_us = 2",
      "service_revision = 3",
    ]);
  });

  it("declares the features that the service reads, and new ones once it is applied again", () => {
    const wider = airportHourly({
      features: [...airportHourly().features, { name: "cancelled", type: DOUBLE }],
    });
    const later = applyAll("flights", base, { featureViews: [wider] });
    expect(fieldsOf(messageOf(describeService(later), "AirportHourlyV1"))).toEqual([
      "departures = 1",
      "mean_delay = 2",
    ]);
    const again = applyTo(later, "flights", define({ featureServices: base.featureServices }));
    expect(fieldsOf(messageOf(describeService(again), "AirportHourlyV1"))).toContain("cancelled = 3");
  });

  it("declares request data after the keys, and computed features where there are any", () => {
    const computed = {
      ...base.featureServices[0]!,
      requestData: [
        { name: "planned", type: INT64 },
        { name: "tags", type: ValueType.STRING_LIST },
      ],
      onDemandFeatures: [
        { name: "is_risky", type: ValueType.BOOL, expression: "planned > 30" },
        { name: "doubled", type: ValueType.INT64_LIST, expression: "[planned, planned]" },
      ],
    };
    const next = describeService(applyAll("flights", base, { featureServices: [computed] }));
    expect(fieldsOf(messageOf(service, "Row"))).not.toContain("computed = 4");
    expect(fieldsOf(messageOf(next, "Row"))).toContain("computed = 4");
    expect(fieldsOf(messageOf(next, "Computed"))).toEqual(["is_risky = 1", "doubled = 2"]);
    expect(messageOf(next, "Computed").fields.map((field) => field.presence)).toEqual([1, 1]);
    expect(fieldsOf(messageOf(next, "EntityRow")).slice(3)).toEqual(["planned = 4", "tags = 5"]);
    expect(messageOf(next, "EntityRow").field.tags!.message!.typeName).toBe("timewell.types.v1.StringList");
  });

  it("names JSON fields as they were defined", () => {
    const { input } = service.method.get!;
    const row = { $typeName: messageOf(service, "EntityRow").typeName, carrierId: 5n };
    expect(toJson(input, create(input, { rows: [row], options: { asOfUs: 7n } } as never))).toEqual({
      rows: [{ carrier_id: "5" }],
      options: { as_of_us: "7" },
    });
  });

  it("keeps the numbers of keys where the views of a service change their order", () => {
    const turned = { ...base.featureServices[0]!, views: base.featureServices[0]!.views.toReversed() };
    const next = applyAll("flights", base, { featureServices: [turned] });
    expect(fieldsOf(messageOf(describeService(next), "EntityRow"))).toEqual(
      fieldsOf(messageOf(service, "EntityRow")),
    );
  });

  it("gives no number to another key or alias when a deleted service comes back", () => {
    const deleted = planDelete(applyAll("flights", base), "flights", 3, "flight_delay").build({
      viewIds: [],
      appliedAtUs: 1n,
      appliedBy: "",
    });
    const back = describeService(applyTo(deleted, "flights", define({ featureServices: [flightDelay] })));
    expect(fieldsOf(messageOf(back, "EntityRow"))).toEqual(["origin = 4", "destination = 5"]);
    expect(fieldsOf(messageOf(back, "States"))).toEqual(["origin = 19", "destination = 20"]);
  });

  it("cannot change the number of a feature: the plan refuses a version that has another one", () => {
    const views = [{ view: "airport_hourly", features: ["departures"] }];
    const retyped = airportHourly({ features: [{ name: "departures", type: DOUBLE }] });
    const typedBack = airportHourly({ features: [{ name: "departures", type: INT64 }] });
    const current = applyAll(
      "flights",
      { entities: [airport], featureViews: [airportHourly()], featureServices: [{ name: "s", views }] },
      { featureViews: [retyped] },
      { featureViews: [typedBack] },
    );
    const moved = define({ featureServices: [{ name: "s", views: [{ ...views[0]!, version: 3 }] }] });
    const failure = failureOf(() => planDefinitions(current, "flights", moved));
    expect(failure.kind).toBe("BREAKING_CHANGE");
    expect(failure.message).toContain("its field number would change from 1 to 4");
  });

  it("reads the bytes of the whole row message", () => {
    const project = compileProject(applyAll("flights", base));
    const view = project.views.get("airport_hourly")![0]!;
    expect(messageOf(service, "AirportHourlyV1").proto).toEqual(rowMessageDescriptor(view).messageType[0]);
    const bytes = view.codec.encode([5n, null]);
    expect(fromBinary(messageOf(service, "AirportHourlyV1"), bytes)).toMatchObject({ departures: 5n });
  });

  it("is accepted by buf beside another service of its project", () => {
    const other = {
      name: "delay",
      views: [{ view: "route_daily" }],
      requestData: [{ name: "tags", type: ValueType.STRING_LIST }],
      onDemandFeatures: [{ name: "tag_count", type: INT64, expression: "size(tags)" }],
    };
    const project = compileProject(applyAll("flights", base, { featureServices: [other] }));
    const services = [...project.services.values()].map((each) => serviceDescriptor("flights", each));
    const files = [
      file_timewell_types_v1_log_position,
      file_timewell_types_v1_status,
      file_timewell_types_v1_value,
      ...services.flatMap((each) => [each.method.get!.input.file, each.file]),
    ].map((file) => create(FileDescriptorProtoSchema, file.proto));
    const image = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files }));
    const buf = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));
    execFileSync(buf, ["build", "-#format=binpb", "-o", "-#format=binpb"], { input: image });
  });
});
