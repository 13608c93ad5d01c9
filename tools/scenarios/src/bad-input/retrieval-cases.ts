import type { MessageInitShape } from "@bufbuild/protobuf";
import type { GetTrainingSetRequestSchema } from "@timewell/contracts";
import { collect } from "../harness/collect.ts";
import { type LabelRow, timeColumn, uploadLabels } from "../harness/label-rows.ts";
import type { Deployment } from "../harness/start-apps.ts";
import { project } from "../harness/taxi.ts";
import type { BadCase } from "./bad-case.ts";

type Request = MessageInitShape<typeof GetTrainingSetRequestSchema>;

const train = ({ clients }: Deployment, request: Request) =>
  collect(
    clients.retrieval.getTrainingSet({
      project,
      selection: { case: "featureService", value: "driver_v1" },
      ...request,
    }),
  );

function file(path: string, kind: string, code: string, says: RegExp): BadCase {
  return {
    what: `training on ${path}`,
    kind,
    code,
    says,
    call: (deployment) => train(deployment, { labels: { case: "labelsPath", value: path } }),
  };
}

function uploaded(
  what: string,
  kind: string,
  code: string,
  says: RegExp,
  row: LabelRow,
  request: Request = {},
): BadCase {
  return {
    what: `training on ${what}`,
    kind,
    code,
    says,
    call: async (deployment) => {
      const value = await uploadLabels(deployment.clients, project, [row]);
      return train(deployment, { labels: { case: "labelsDigest", value }, ...request });
    },
  };
}

async function* chunks(...arrowIpc: Uint8Array[]) {
  for (const bytes of arrowIpc) yield { project, arrowIpc: bytes };
}

const good = { driver: 1n, [timeColumn]: 1n };

/** Wrong calls of OfflineRetrieval. */
export const retrievalCases: readonly BadCase[] = [
  file("../outside.csv", "PATH_NOT_ALLOWED", "InvalidArgument", /\.\.\/outside\.csv/),
  file("/etc/labels.csv", "PATH_NOT_ALLOWED", "InvalidArgument", /\/etc\/labels\.csv/),
  file("linked-labels.csv", "PATH_NOT_ALLOWED", "InvalidArgument", /linked-labels\.csv/),
  file("nowhere.parquet", "FILE_NOT_FOUND", "NotFound", /nowhere\.parquet/),
  file("labels.txt", "INVALID_LABELS", "InvalidArgument", /labels\.txt.*\.parquet or a \.csv/),
  file("no-time.csv", "INVALID_LABELS", "InvalidArgument", /event_timestamp.*driver/s),
  file("no-key.csv", "INVALID_LABELS", "InvalidArgument", /driver/),
  file("words.csv", "INVALID_LABELS", "InvalidArgument", /driver/),
  file("cut-labels.parquet", "DATA_LOSS", "DataLoss", /cut-labels\.parquet/),
  uploaded("labels without a key", "INVALID_LABELS", "InvalidArgument", /driver/, { [timeColumn]: 1n }),
  uploaded("labels without a time", "INVALID_LABELS", "InvalidArgument", /event_timestamp/, { driver: 1n }),
  uploaded("labels with a key of the wrong type", "INVALID_LABELS", "InvalidArgument", /driver/, {
    driver: "one",
    [timeColumn]: 1n,
  }),
  uploaded("labels with a column of the result", "INVALID_LABELS", "InvalidArgument", /driver_live__trips/, {
    ...good,
    driver_live__trips: 1n,
  }),
  uploaded(
    "a service that nobody knows",
    "FEATURE_SERVICE_NOT_FOUND",
    "NotFound",
    /driver_v2.*driver_v1/,
    good,
    {
      selection: { case: "featureService", value: "driver_v2" },
    },
  ),
  uploaded(
    "a damaged source",
    "DATA_LOSS",
    "DataLoss",
    /truncated\.parquet/,
    { zone: "a", [timeColumn]: 1n },
    {
      selection: { case: "features", value: { references: ["bad_truncated:trips"] } },
    },
  ),
  {
    what: "training on labels that were never uploaded",
    kind: "LABELS_NOT_FOUND",
    code: "NotFound",
    says: /0000/,
    call: (deployment) => train(deployment, { labels: { case: "labelsDigest", value: "0".repeat(64) } }),
  },
  {
    what: "training on a digest that is a path",
    kind: "LABELS_NOT_FOUND",
    code: "NotFound",
    says: /passwd/,
    call: (deployment) =>
      train(deployment, { labels: { case: "labelsDigest", value: "../../../etc/passwd" } }),
  },
  {
    what: "training without labels",
    kind: "INVALID_REQUEST",
    code: "InvalidArgument",
    says: /labels/,
    call: (deployment) => train(deployment, {}),
  },
  {
    what: "uploading nothing",
    kind: "INVALID_LABELS",
    code: "InvalidArgument",
    says: /no bytes/,
    call: ({ clients }) => clients.retrieval.uploadLabels(chunks()),
  },
  {
    what: "training on an upload that is not Arrow",
    kind: "INVALID_LABELS",
    code: "InvalidArgument",
    says: /Arrow/,
    call: async (deployment) => {
      const { labelsDigest } = await deployment.clients.retrieval.uploadLabels(
        chunks(Buffer.from("driver,event_timestamp\n1,2\n")),
      );
      return train(deployment, { labels: { case: "labelsDigest", value: labelsDigest } });
    },
  },
];
