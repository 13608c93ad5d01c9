import { create } from "@bufbuild/protobuf";
import {
  type GetIngestionStatusResponse_StreamStatus,
  GetIngestionStatusResponse_StreamStatusSchema,
} from "@timewell/contracts";
import type { CompiledView } from "@timewell/model";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { Streams } from "./streams.ts";

/** How far the topic of a view version is read, by whichever process; undefined where it has none. */
export async function streamStatus(
  { ingestLog }: Pick<IngestionDeps, "ingestLog">,
  streams: Pick<Streams, "health">,
  view: CompiledView,
): Promise<GetIngestionStatusResponse_StreamStatus | undefined> {
  const topic = view.definition.streamSource?.topic;
  if (topic === undefined) return undefined;
  const [all, { problem, ends }] = await Promise.all([
    ingestLog.streamOffsets(view.id),
    streams.health(view),
  ]);
  const positions = all.filter((position) => position.topic === topic);
  const next = new Map(positions.map((position) => [position.partition, position.next]));
  const lagOf = ([partition, end]: [number, bigint]) => {
    const behind = end - (next.get(partition) ?? 0n);
    return behind > 0n ? behind : 0n;
  };
  return create(GetIngestionStatusResponse_StreamStatusSchema, {
    topic,
    nextOffsets: Object.fromEntries(next),
    ...(ends && { lagRecords: [...ends].map(lagOf).reduce((sum, lag) => sum + lag, 0n) }),
    records: positions.reduce((sum, { records }) => sum + records, 0n),
    problem,
  });
}
