// npm run soak -- NAME [--kills N] [--runs N] [--only WORDS]
import { parseArgs } from "node:util";
import { runIngestionKills, runTrainingKills, seededRandom } from "@timewell/scenarios";
import { guardsNamed, runGuards } from "./guards/run-guards.ts";
import { soakStories } from "./soak-stories.ts";

/** One kill of Redis, and one of PostgreSQL, for so many of the app. */
const killsPerStoreKill = 20;

const usage = `Usage: npm run soak -- NAME [options]

Longer runs of what the tests show in short. A run that fails ends with the code 1; SEED=N repeats one.

  ingestion  kills the ingestion app at its fail points, and Redis and PostgreSQL under load: no acknowledged row may be lost or doubled
  training   kills servers and connections in the middle of training sets, which must end in the same bytes and digests
  guards     removes each guard of the log, the applier, the stores, segments and erases once from a copy, where its test must fail
  stories    tells random stories of late, corrected, deleted and lost rows; training must say of each instant what callers got then

  --kills N  how often training and ingestion kill (200)
  --runs N   how many stories (500)
  --only WORDS  guards alone that are named so
  --help     this text
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string", default: "200" },
    runs: { type: "string", default: "500" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

const [name] = positionals;
if (values.help || name === undefined) process.stdout.write(usage);
else if (name === "guards") await soakGuards(values.only);
else if (name !== "ingestion" && name !== "training" && name !== "stories")
  fail(
    `Cannot run soak ${JSON.stringify(name)}: there is none of that name. Name guards, ingestion, training or stories.`,
  );
else {
  const option = name === "stories" ? "runs" : "kills";
  const count = values[option];
  if (!/^[1-9][0-9]{0,5}$/.test(count))
    fail(`Cannot use --${option} ${JSON.stringify(count)}: expected a whole number from 1.`);
  else if (name === "ingestion") await soakIngestion(Number(count));
  else if (name === "training") await soakTraining(Number(count));
  else if (!(await soakStories(Number(count)))) process.exitCode = 1;
}

async function soakGuards(words: string): Promise<void> {
  const chosen = guardsNamed(words);
  if (chosen.length === 0)
    fail(`Cannot use --only ${JSON.stringify(words)}: no guard is named so. Leave it out to run all.`);
  else if (!(await runGuards(chosen, (line) => void process.stdout.write(`${line}\n`)))) process.exitCode = 1;
}

async function soakIngestion(kills: number): Promise<void> {
  const start = performance.now();
  const elapsed = () => `${Math.round((performance.now() - start) / 1_000)} s`;
  const { byPoint, redisKills, postgresKills, ackedRows, records } = await runIngestionKills({
    kills,
    storeKills: Math.ceil(kills / killsPerStoreKill),
    random: seededRandom(),
    say: (line) => void process.stdout.write(`${elapsed()}: ${line}\n`),
  });
  for (const [point, fired] of [...byPoint].sort()) process.stdout.write(`  ${point}: ${fired}\n`);
  process.stdout.write(
    `${ackedRows} pushed rows and ${records} records, each there once and online as it should be, after ${kills} kills of the app, ${redisKills} of Redis and ${postgresKills} of PostgreSQL, in ${elapsed()}.\n`,
  );
}

async function soakTraining(kills: number): Promise<void> {
  const start = performance.now();
  const elapsed = () => `${Math.round((performance.now() - start) / 1_000)} s`;
  const result = await runTrainingKills({
    kills,
    random: seededRandom(),
    say: (line) => void process.stdout.write(`${elapsed()}: ${line}\n`),
  });
  const { streams, connectionKills, serverKills } = result;
  process.stdout.write(
    `${streams} training sets, each the same as without kills, after ${serverKills} kills of the server and ${connectionKills} of connections, in ${elapsed()}.\n`,
  );
}

function fail(problem: string): void {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}
