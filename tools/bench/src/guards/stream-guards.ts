import type { Guard } from "./guard.ts";

const streams = "apps/ingestion/src/streams";
const recordsTest = `${streams}/records-of.test.ts`;
const kafkaTest = `${streams}/streams.kafka.test.ts`;

/** Of topics: each record once, from where the log stands, and none that was taken back. */
export const streamGuards: readonly Guard[] = [
  {
    what: "a stream: records of before the position are read again",
    file: `${streams}/records-of.ts`,
    text: "if (offset < fromOffset) continue;",
    without: "",
    test: recordsTest,
  },
  {
    what: "a stream: records of an aborted transaction are read",
    file: `${streams}/records-of.ts`,
    text: "if ((batch.attributes & isTransactional) !== 0 && aborting.has(batch.producerId)) continue;",
    without: "",
    test: recordsTest,
  },
  {
    what: "a stream: records of others are lost beside an aborted transaction",
    file: `${streams}/records-of.ts`,
    text: "&& aborting.has(batch.producerId)) continue;",
    without: "&& aborting.size > 0) continue;",
    test: recordsTest,
  },
  {
    what: "a stream: records after an aborted transaction are lost",
    file: `${streams}/records-of.ts`,
    text: "if (batch.records[0]?.key?.readInt16BE(2) === abortMarker) aborting.delete(batch.producerId);",
    without: "",
    test: recordsTest,
  },
  {
    what: "a stream: records after a cut are passed over",
    file: `${streams}/stream-batch.ts`,
    text: "next: records[0]!.offset }];",
    without: "}];",
    test: recordsTest,
  },
  {
    what: "a stream: who is given a partition begins with its first record",
    file: `${streams}/stream-lane.ts`,
    text: "known.get(partition) ?? first.get(partition) ?? 0n);",
    without: "first.get(partition) ?? 0n);",
    test: kafkaTest,
    title: "processes that come and go",
  },
  {
    what: "a stream: records of a partition are read again because another one lost some",
    file: `${streams}/stream-lane.ts`,
    text: "if (position >= next && position <= (end.get(partition) ?? next)) continue;",
    without: "if (position === next && position > (end.get(partition) ?? next)) continue;",
    test: kafkaTest,
    title: "records that brokers drop",
  },
];
