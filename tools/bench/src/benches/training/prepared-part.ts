import path from "node:path";
import type { BenchResult } from "../../bench.ts";
import { runRounds } from "../../harness/round-robin.ts";
import { FlightPeer } from "../../peers/flight-peer.ts";
import { CpuTimes } from "./cpu-times.ts";
import { requireEqual } from "./compare-joins.ts";
import { runMsMax, timewellSide, type JoinAnswer } from "./join-sides.ts";
import { trainingFigures } from "./figures.ts";
import { peerProgram, type TrainingWorld } from "./training-world.ts";

const program = path.join(import.meta.dirname, "../../peers/prepared-retrieval-main.ts");

/**
 * Times a result that the server has in memory, to pandas, against an Arrow Flight server with the same table. Everything but the join is
 * that of the app: the plan, snapshot, digests, tokens, record and receipt of each training set.
 */
export async function measurePrepared(world: TrainingWorld, name: string): Promise<BenchResult> {
  const size = world.sizes.joins.at(-1)!;
  await using started = new AsyncDisposableStack();
  const server = await world.stack.startRetrieval(program);
  started.defer(() => server.stop());
  const client = await world.startSide("join_timewell");
  started.defer(() => client.stop());
  const table = path.join(world.folder, "prepared.arrow");
  // The first time is the join itself.
  await timewellSide(world, client, server, size)({ writeTo: table, isDigested: true });
  const flight = await FlightPeer.start(world.python, peerProgram("send_flight.py"), table);
  started.defer(() => flight.stop());
  const reader = await world.startSide("read_flight");
  started.defer(() => reader.stop());

  const ours = timewellSide(world, client, server, size);
  const theirs = (extra: object = {}): Promise<JoinAnswer> =>
    reader.ask<JoinAnswer>({ do: "run", url: flight.url, ...extra }, runMsMax);
  const frame = { do: "frame" };
  requireEqual("Flight", await ours({ ...frame, isDigested: true }), await theirs({ isDigested: true }));
  const cpu = new CpuTimes();
  const rounds = await runRounds(world.context.pairs ?? world.sizes.preparedRounds, {
    timewell: () => cpu.measure("timewell", server.pid, () => ours(frame)),
    flight: () => cpu.measure("flight", flight.pid, () => theirs()),
  });

  const { unit, target, better } = trainingFigures[name]!;
  const share = rounds.ratio("timewell", "flight");
  const perSecond = (side: string): number => rounds.rate(side) * size.labels;
  const shown = (side: string): string => `${(perSecond(side) / 1e6).toFixed(2)} M rows/s`;
  const figure = {
    name,
    value: share.median,
    unit,
    target,
    better,
    ours: shown("timewell"),
    peer: shown("flight"),
  };
  const details = [
    { name: `${name}_ours`, value: perSecond("timewell"), unit: "rows/s" },
    { name: `${name}_peer`, value: perSecond("flight"), unit: "rows/s" },
    { name: `${name}_share_min`, value: share.min, unit },
    { name: `${name}_share_max`, value: share.max, unit },
    ...cpu.details("prepared"),
  ];
  return { figures: [figure], details };
}
