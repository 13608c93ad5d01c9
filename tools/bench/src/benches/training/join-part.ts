import type { BenchResult } from "../../bench.ts";
import { runRounds, type Rounds } from "../../harness/round-robin.ts";
import { CpuTimes } from "./cpu-times.ts";
import { compareOnce } from "./compare-joins.ts";
import { peerSide, timewellSide, type JoinSide } from "./join-sides.ts";
import { ratioFigure } from "./ratio-figure.ts";
import { RunVoid } from "./run-void.ts";
import type { JoinSize } from "./training-sizes.ts";
import type { TrainingWorld } from "./training-world.ts";
import { withoutFailure } from "./without-failure.ts";

/** Labels that AVAILABLE mode is checked for against a join that tries all rows of a key. */
const checkedLabels = 2_000;

/** Times our stream in both modes, bare DuckDB and Polars, in turns; all of them must give the same rows first. */
export async function measureJoin(world: TrainingWorld, size: JoinSize): Promise<BenchResult> {
  await using started = new AsyncDisposableStack();
  const start = async (side: "join_timewell" | "join_duckdb" | "join_polars") => {
    const worker = await world.startSide(side);
    started.defer(() => worker.stop());
    return worker;
  };
  const server = await world.stack.startRetrieval();
  started.defer(() => server.stop());
  const client = await start("join_timewell");
  const duckdbWorker = await start("join_duckdb");
  const polarsWorker = await start("join_polars");

  const ours = timewellSide(world, client, server, size);
  const available = timewellSide(world, client, server, size, "AVAILABLE");
  const duckdb = peerSide(world, duckdbWorker, size, { form: "narrow" });
  const plain = peerSide(world, duckdbWorker, size, { form: "plain" });
  const polars = peerSide(world, polarsWorker, size, {});

  world.context.say(`Comparing the answers, ${size.labels} labels`);
  await compareOnce("bare DuckDB", ours, duckdb);
  await compareOnce("bare DuckDB in its plain form", ours, plain);
  await compareAvailable(size, ours, available, peerSide(world, duckdbWorker, size, { form: "available" }));
  const withPolars = await withoutFailure(world, `Polars (${size.name})`, () =>
    compareOnce("Polars", ours, polars),
  );
  world.context.say(`Timewell, bare DuckDB${withPolars === undefined ? "" : " and Polars"} agree`);

  const cpu = new CpuTimes();
  const run = (name: string, side: JoinSide, pid?: number) => () => cpu.measure(name, pid, () => side());
  const rounds = await runRounds(world.context.pairs ?? size.rounds, {
    timewell: run("timewell", ours, server.pid),
    duckdb: run("duckdb", duckdb),
    plain: run("plain", plain),
    available: run("available", available, server.pid),
    ...(withPolars === undefined ? {} : { polars: run("polars", polars) }),
  });
  return resultOf(size, rounds, cpu);
}

/** On some labels, and not equal to the other mode: else nothing would be shown. */
async function compareAvailable(
  size: JoinSize,
  ours: JoinSide,
  available: JoinSide,
  naive: JoinSide,
): Promise<void> {
  const labelEvery = Math.max(1, Math.floor(size.labels / checkedLabels));
  const found = await compareOnce("the join of all rows", available, naive, { labelEvery });
  const { digests } = await ours({ labelEvery, isDigested: true });
  if (digests?.join() === found.digests?.join())
    throw new RunVoid("AVAILABLE mode answered as EVENT_TIME mode does: no row was late");
}

function resultOf({ name }: JoinSize, rounds: Rounds, cpu: CpuTimes): BenchResult {
  const pairs = [
    [`training_vs_duckdb_${name}`, "timewell", "duckdb"],
    [`available_vs_event_time_${name}`, "available", "timewell"],
    [`training_vs_polars_${name}`, "timewell", "polars"],
  ] as const;
  const found = pairs.filter(([, , peer]) => rounds.has(peer));
  return {
    figures: found.map(([figure, side, peer]) => ratioFigure(figure, rounds, side, peer).figure),
    details: [
      ...found.flatMap(([figure, side, peer]) => ratioFigure(figure, rounds, side, peer).details),
      {
        name: `training_vs_plain_duckdb_${name}`,
        value: rounds.ratio("plain", "timewell").median,
        unit: "×",
      },
      { name: `plain_duckdb_${name}`, value: 1000 / rounds.rate("plain"), unit: "ms" },
      ...cpu.details(name),
    ],
  };
}
