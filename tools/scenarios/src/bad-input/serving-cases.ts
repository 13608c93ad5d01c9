import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { GetOnlineFeaturesRequestSchema } from "@timewell/contracts";
import { project } from "../harness/taxi.ts";
import { type Plain, values } from "../harness/values.ts";
import type { BadCase } from "./bad-case.ts";

type Request = MessageInitShape<typeof GetOnlineFeaturesRequestSchema>;

function read(what: string, kind: string, code: string, says: RegExp, request: Request): BadCase {
  const whole = create(GetOnlineFeaturesRequestSchema, {
    project,
    selection: { case: "featureService", value: "eta_v1" },
    rows: [{ keys: values({ pickup: "a", dropoff: "b" }) }],
    ...request,
  });
  return { what, kind, code, says, call: ({ clients }) => clients.serving.getOnlineFeatures(whole) };
}

const service = (value: string): Request => ({ selection: { case: "featureService", value } });
const features = (...references: string[]): Request => ({
  selection: { case: "features", value: { references } },
});
/** A good row, then a wrong one: nothing of the request is read. */
const rows = (keys: Readonly<Record<string, Plain>>): Request => ({
  rows: [{ keys: values({ pickup: "a", dropoff: "b" }) }, { keys: values(keys) }],
});

/** Wrong calls of OnlineServing. */
export const servingCases: readonly BadCase[] = [
  read("a project that nobody knows", "PROJECT_NOT_FOUND", "NotFound", /"taxy".*Did you mean taxi\?/, {
    project: "taxy",
  }),
  read(
    "a service that nobody knows",
    "FEATURE_SERVICE_NOT_FOUND",
    "NotFound",
    /eta_v9.*[Dd]id you mean eta_v1/,
    service("eta_v9"),
  ),
  read(
    "a view that nobody knows",
    "FEATURE_VIEW_NOT_FOUND",
    "NotFound",
    /zone_hourli.*[Dd]id you mean zone_hourly/,
    features("zone_hourli:trips"),
  ),
  read(
    "a feature that nobody knows",
    "FEATURE_NOT_FOUND",
    "NotFound",
    /tripz.*[Dd]id you mean.*trips/s,
    features("zone_hourly:tripz"),
  ),
  read(
    "a reference that is none",
    "INVALID_REQUEST",
    "InvalidArgument",
    /zone_hourly/,
    features("zone_hourly:trips:mean_fare"),
  ),
  read("no selection", "INVALID_REQUEST", "InvalidArgument", /./, { selection: { case: undefined } }),
  read("a missing key part", "INVALID_KEY", "InvalidArgument", /dropoff/, rows({ pickup: "a" })),
  read("a NULL key part", "INVALID_KEY", "InvalidArgument", /dropoff/, rows({ pickup: "a", dropoff: null })),
  read(
    "a key part of the wrong type",
    "INVALID_KEY",
    "InvalidArgument",
    /dropoff.*int64Value.*STRING/s,
    rows({ pickup: "a", dropoff: 5n }),
  ),
  read(
    "a key that nobody asked for",
    "INVALID_KEY",
    "InvalidArgument",
    /driver/,
    rows({ pickup: "a", dropoff: "b", driver: 5n }),
  ),
  read(
    "a key that is too long",
    "INVALID_KEY",
    "InvalidArgument",
    /1,?024/,
    rows({ pickup: "a", dropoff: "x".repeat(2_000) }),
  ),
  read("no rows", "INVALID_REQUEST", "InvalidArgument", /0 rows/, { rows: [] }),
  read("too many rows", "LIMIT_EXCEEDED", "InvalidArgument", /10001 rows.*10000/, {
    rows: Array.from({ length: 10_001 }, () => ({})),
  }),
  read("a negative age", "INVALID_REQUEST", "InvalidArgument", /max_age/, { options: { maxAgeMs: -1n } }),
];
