import { type DefinitionKind, DefinitionKind as Kind } from "@timewell/contracts";
import {
  double,
  type Definition,
  entity,
  featureService,
  featureView,
  int64,
  string,
} from "@timewell/define";
import { definitionsOf, project, taxi } from "../harness/taxi.ts";
import type { BadCase } from "./bad-case.ts";

const zone = entity({ name: "zone", joinKeys: { zone: "string" } });
const view = featureView({ name: "extra", entity: zone, features: { trips: int64() } });
const known = taxi.filter(({ name }) => name === "driver" || name === "driver_live");
const [driver] = taxi.filter((one) => one.name === "driver");

/** Applies good definitions together with the wrong one: all or nothing. */
function apply(
  what: string,
  kind: string,
  code: string,
  says: RegExp,
  items: readonly Definition[],
): BadCase {
  const good = featureView({ name: "rides_along", entity: zone, features: { trips: int64() } });
  return {
    what,
    kind,
    code,
    says,
    call: ({ clients }) =>
      clients.registry.apply({ project, definitions: definitionsOf([zone, good, ...items]) }),
  };
}

function remove(
  what: string,
  kind: string,
  code: string,
  says: RegExp,
  of: DefinitionKind,
  name: string,
): BadCase {
  return {
    what,
    kind,
    code,
    says,
    call: ({ clients }) => clients.registry.deleteDefinition({ project, kind: of, name }),
  };
}

/** Wrong calls of FeatureRegistry. */
export const registryCases: readonly BadCase[] = [
  apply("a name that is there twice", "INVALID_DEFINITION", "InvalidArgument", /extra.*twice/, [view, view]),
  apply("a name with a capital", "INVALID_NAME", "InvalidArgument", /"Extra"/, [
    featureView({ name: "Extra", entity: zone, features: { trips: int64() } }),
  ]),
  apply("a view without features", "INVALID_DEFINITION", "InvalidArgument", /bare/, [
    featureView({ name: "bare", entity: zone, features: {} }),
  ]),
  apply("an entity that nobody knows", "ENTITY_NOT_FOUND", "NotFound", /zonne.*[Dd]id you mean zone/s, [
    featureView({
      name: "lost",
      entity: entity({ name: "zonne", joinKeys: { zone: "string" } }),
      features: { trips: int64() },
    }),
  ]),
  apply("a service on a view that nobody knows", "FEATURE_VIEW_NOT_FOUND", "NotFound", /nothing_here/, [
    featureService({
      name: "lost",
      views: [featureView({ name: "nothing_here", entity: zone, features: { trips: int64() } })],
    }),
  ]),
  apply("a service on a feature that nobody knows", "FEATURE_NOT_FOUND", "NotFound", /nope/, [
    featureService({
      name: "lost",
      views: [
        featureView({ name: "zone_hourly", entity: zone, features: { nope: string() } }).select("nope"),
      ],
    }),
  ]),
  apply("a service that drops a view its clients read", "BREAKING_CHANGE", "FailedPrecondition", /eta_v1/, [
    featureService({
      name: "eta_v1",
      views: [featureView({ name: "zone_hourly", entity: zone, features: { mean_fare: double() } })],
    }),
  ]),
  {
    what: "a plan on a version that is gone",
    kind: "VERSION_CONFLICT",
    code: "Aborted",
    says: /version 0.*version [1-9]/s,
    call: ({ clients }) =>
      clients.registry.apply({ project, definitions: definitionsOf(known), baseVersion: 0n }),
  },
  {
    what: "a project name that is none",
    kind: "INVALID_NAME",
    code: "InvalidArgument",
    says: /"Taxi!"/,
    call: ({ clients }) =>
      clients.registry.apply({
        project: "Taxi!",
        definitions: definitionsOf(driver === undefined ? [] : [driver]),
      }),
  },
  {
    what: "a project that nobody knows",
    kind: "PROJECT_NOT_FOUND",
    code: "NotFound",
    says: /"taxy".*Did you mean taxi\?/,
    call: ({ clients }) => clients.registry.getSnapshot({ project: "taxy" }),
  },
  {
    what: "a model on a feature that nobody knows",
    kind: "FEATURE_NOT_FOUND",
    code: "NotFound",
    says: /nope/,
    call: ({ clients }) =>
      clients.registry.recordModel({
        project,
        model: {
          name: "eta",
          version: "1",
          registryVersion: 1n,
          views: [{ view: "zone_hourly", features: ["nope"] }],
        },
      }),
  },
  {
    what: "a page of models that no page led to",
    kind: "INVALID_REQUEST",
    code: "InvalidArgument",
    says: /page token "x"/,
    call: ({ clients }) => clients.registry.listModels({ project, pageToken: "x" }),
  },
  remove(
    "a view that a service reads",
    "DEFINITION_IN_USE",
    "FailedPrecondition",
    /eta_v1/,
    Kind.FEATURE_VIEW,
    "zone_hourly",
  ),
  remove(
    "an entity that views describe",
    "DEFINITION_IN_USE",
    "FailedPrecondition",
    /zone_hourly/,
    Kind.ENTITY,
    "zone",
  ),
  remove(
    "a service that is not there",
    "FEATURE_SERVICE_NOT_FOUND",
    "NotFound",
    /eta_v2.*eta_v1/,
    Kind.FEATURE_SERVICE,
    "eta_v2",
  ),
];
