import { redisKey } from "@timewell/keys";
import type { BenchResult } from "../../bench.ts";
import { grpcFrame, grpcFrameBytes } from "../../harness/grpc-frame.ts";
import { median } from "../../harness/median.ts";
import { OpenLoopPeer, type OpenLoopLatencies, type OpenLoopRun } from "../../peers/open-loop-peer.ts";
import { servingFigures } from "./figures.ts";
import { requestIds } from "./request-ids.ts";
import type { ServingPeers } from "./serving-peers.ts";
import { entityKey, type ServingWorld } from "./serving-world.ts";

const name = "open_loop_p99";
const rows = 10;
const perSecond = 1_000;
const sides = ["typed", "echo", "ioredis"] as const;

/** Compares latencies at a fixed rate: the three sides take turns, and each round gives one ratio. */
export async function measureOpenLoop(world: ServingWorld, peers: ServingPeers): Promise<BenchResult> {
  const { openLoopRounds, openLoopMs } = world.sizes;
  const targets = await openLoopTargets(world, peers);
  const generator = new OpenLoopPeer();
  const found = { typed: [], echo: [], ioredis: [] } as Record<(typeof sides)[number], OpenLoopLatencies[]>;
  try {
    for (const side of sides) await generator.run({ target: targets[side], perSecond, ms: openLoopMs });
    for (let round = 0; round < openLoopRounds; round++) {
      const order = sides.map((_, i) => sides[(i + round) % sides.length]!);
      for (const side of order)
        found[side].push(await generator.run({ target: targets[side], perSecond, ms: openLoopMs }));
    }
  } finally {
    await generator.stop();
  }
  const ratios = found.typed.map(
    ({ p99 }, round) => p99 / (found.echo[round]!.p99 + found.ioredis[round]!.p99),
  );
  const middle = (side: (typeof sides)[number], of: keyof OpenLoopLatencies): number =>
    median(found[side].map((latencies) => latencies[of]));
  const { unit, target, better } = servingFigures[name]!;
  const figure = {
    ...{ name, value: median(ratios), unit, target, better },
    ours: `${middle("typed", "p99").toFixed(2)} ms`,
    peer: `${middle("echo", "p99").toFixed(2)} + ${middle("ioredis", "p99").toFixed(2)} ms`,
  };
  const details = sides.flatMap((side) =>
    (["p50", "p99", "max", "sentLateP99"] as const).map((of) => ({
      name: `open_loop_${side}_${of === "sentLateP99" ? "sent_late_p99" : of}`,
      value: middle(side, of),
      unit: "ms",
    })),
  );
  return { figures: [figure], details };
}

async function openLoopTargets(
  { sizes, compiled, stack }: ServingWorld,
  { typed, server, echo }: ServingPeers,
): Promise<Record<(typeof sides)[number], OpenLoopRun["target"]>> {
  const ids = requestIds(sizes.bodies, rows, sizes.keys);
  const frames = ids.map((request) => grpcFrame(typed.request(request)));
  const answerBytes = grpcFrameBytes + (await typed.call(ids[0]!)).length;
  const echoUrl = await echo.answerWith(answerBytes - grpcFrameBytes);
  const viewId = compiled.views.get("rides")!.at(-1)!.id;
  const keySets = ids.map((request) => request.map((id) => redisKey(viewId, entityKey(id))));
  const calls = { kind: "grpc" as const, frames, answerBytes, deadlineS: sizes.deadlineS };
  return {
    typed: { ...calls, url: server.url, path: typed.path },
    echo: { ...calls, url: echoUrl, path: echo.path },
    ioredis: { kind: "redis", url: stack.redisUrl, keySets },
  };
}
