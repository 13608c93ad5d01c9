import { redisKey } from "@timewell/keys";
import { payloadOf } from "@timewell/row";
import { compareAnswers, type AnswerReader } from "./compare-answers.ts";
import { feastRestBody, feastValues, postFeast } from "./feast-rest.ts";
import { requestIds } from "./request-ids.ts";
import type { ServingPeers } from "./serving-peers.ts";
import { entityKey, type ServingWorld } from "./serving-world.ts";
import type { RowValues } from "./typed-reader.ts";

/**
 * Compares the answers of all who answer with values: every request of the load with 10 and 100 rows, and so many of one row that
 * they are `sizes.answers` together.
 */
export async function compareAll(world: ServingWorld, peers: ServingPeers): Promise<void> {
  const { sizes, context } = world;
  const requests = [
    ...requestIds(sizes.bodies, 100, sizes.keys),
    ...requestIds(sizes.bodies, 10, sizes.keys),
    ...requestIds(Math.max(0, sizes.answers - 2 * sizes.bodies), 1, sizes.keys),
  ];
  const readers: Record<string, AnswerReader> = {
    "typed Get": (ids) => peers.typed.read(ids),
    "Feast's gRPC contract": (ids) => peers.feastGrpc.read(ids),
    "bare ioredis": (ids) => readBare(world, ids),
  };
  const { feast } = peers;
  if (feast !== undefined) {
    readers["Feast"] = async (ids) =>
      feastValues(await postFeast(feast.url, feastRestBody("service", ids)), ids.length);
  }
  await compareAnswers(requests, readers);
  const rows = requests.reduce((sum, ids) => sum + ids.length, 0);
  context.say(
    `Compared ${requests.length} answers of ${rows} rows: ${Object.keys(readers).join(", ")} agree`,
  );
}

async function readBare({ redis, compiled }: ServingWorld, ids: readonly number[]): Promise<RowValues[]> {
  const view = compiled.views.get("rides")!.at(-1)!;
  const stored = await redis.mgetBuffer(ids.map((id) => redisKey(view.id, entityKey(id))));
  return stored.map((row) => {
    if (row === null) return view.features.map(() => null);
    return view.codec.decode(payloadOf(row)) as (number | null)[];
  });
}
