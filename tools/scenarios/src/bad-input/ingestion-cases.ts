import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MaterializeRequestSchema, PushRequestSchema } from "@timewell/contracts";
import { collect } from "../harness/collect.ts";
import { nowUs } from "../harness/push-rows.ts";
import { project } from "../harness/taxi.ts";
import { values } from "../harness/values.ts";
import type { BadCase } from "./bad-case.ts";

const hourUs = 3_600_000_000n;

function push(
  what: string,
  kind: string,
  code: string,
  says: RegExp,
  request: MessageInitShape<typeof PushRequestSchema>,
): BadCase {
  const row = { keys: values({ driver: 1n }), features: values({ trips: 1n }), eventTimeUs: 1n };
  return {
    what: `pushing ${what}`,
    kind,
    code,
    says,
    call: ({ clients }) =>
      clients.ingestion.push({ project, featureView: "driver_live", rows: [row], ...request }),
  };
}

function materialize(
  what: string,
  kind: string,
  code: string,
  says: RegExp,
  request: MessageInitShape<typeof MaterializeRequestSchema>,
): BadCase {
  return {
    what: `materializing ${what}`,
    kind,
    code,
    says,
    call: ({ clients }) =>
      collect(clients.ingestion.materialize({ project, fromUs: 0n, toUs: nowUs(), ...request })),
  };
}

/** A source that its view names; what the file is called must be said. */
const source = (name: string, kind: string, code: string, says: RegExp) =>
  materialize(`a source that is ${name}`, kind, code, says, { featureView: `bad_${name}` });

/** Wrong calls of Ingestion. */
export const ingestionCases: readonly BadCase[] = [
  push(
    "to a view that nobody knows",
    "FEATURE_VIEW_NOT_FOUND",
    "NotFound",
    /driver_liev.*[Dd]id you mean driver_live/,
    {
      featureView: "driver_liev",
    },
  ),
  push("to a version that there is not", "FEATURE_VIEW_NOT_FOUND", "NotFound", /version 7/, { version: 7 }),
  push("no rows", "INVALID_REQUEST", "InvalidArgument", /0 rows/, { rows: [] }),
  push("too many rows", "LIMIT_EXCEEDED", "InvalidArgument", /10001 rows/, {
    rows: Array.from({ length: 10_001 }, () => ({})),
  }),
  push("a request id that is too long", "INVALID_REQUEST", "InvalidArgument", /65 characters/, {
    requestId: "x".repeat(65),
  }),
  {
    what: "pushing other rows under a request id that is taken",
    kind: "REQUEST_ID_REUSED",
    code: "FailedPrecondition",
    says: /taken-id/,
    call: ({ clients }) =>
      clients.ingestion.push({
        project,
        featureView: "driver_live",
        requestId: "taken-id",
        rows: [{ keys: values({ driver: 77n }), features: values({ trips: 2n }), eventTimeUs: nowUs() }],
      }),
  },
  materialize("a view without a source", "NO_BATCH_SOURCE", "FailedPrecondition", /driver_live/, {
    featureView: "driver_live",
  }),
  materialize("an empty range", "INVALID_REQUEST", "InvalidArgument", /empty/, {
    featureView: "zone_hourly",
    fromUs: 5n,
    toUs: 5n,
  }),
  materialize("the future", "INVALID_REQUEST", "InvalidArgument", /future/, {
    featureView: "zone_hourly",
    toUs: nowUs() + hourUs,
  }),
  source("truncated", "DATA_LOSS", "DataLoss", /truncated\.parquet/),
  source("damaged", "DATA_LOSS", "DataLoss", /damaged\.parquet/),
  source("missing", "FILE_NOT_FOUND", "NotFound", /missing\.parquet/),
  source("unlike", "SOURCE_MISMATCH", "FailedPrecondition", /trips/),
  source("above", "PATH_NOT_ALLOWED", "InvalidArgument", /\.\.\/outside\.csv/),
  source("absolute", "PATH_NOT_ALLOWED", "InvalidArgument", /\/etc\/passwd/),
  source("linked", "PATH_NOT_ALLOWED", "InvalidArgument", /linked\.csv/),
  source("glob", "PATH_NOT_ALLOWED", "InvalidArgument", /\*\.csv/),
];
