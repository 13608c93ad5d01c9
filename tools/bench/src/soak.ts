// npm run soak -- NAME [--kills N] [--runs N]
import { parseArgs } from "node:util";
import { runTrainingKills, seededRandom } from "@timewell/scenarios";
import { soakStories } from "./soak-stories.ts";

const usage = `Usage: npm run soak -- NAME [options]

Longer runs of what the tests show in short. A run that fails ends with the code 1; SEED=N repeats one.

  training  kills servers and connections in the middle of training sets, which must end in the same bytes and digests
  stories   tells random stories of late, corrected, deleted and lost rows; training must say of each instant what callers got then

  --kills N  how often training kills (200)
  --runs N   how many stories (500)
  --help     this text
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string", default: "200" },
    runs: { type: "string", default: "500" },
    help: { type: "boolean", default: false },
  },
});

const [name] = positionals;
if (values.help || name === undefined) process.stdout.write(usage);
else if (name !== "training" && name !== "stories")
  fail(`Cannot run soak ${JSON.stringify(name)}: there is none of that name. Name training or stories.`);
else {
  const option = name === "training" ? "kills" : "runs";
  const count = values[option];
  if (!/^[1-9][0-9]{0,5}$/.test(count))
    fail(`Cannot use --${option} ${JSON.stringify(count)}: expected a whole number from 1.`);
  else if (name === "training") await soakTraining(Number(count));
  else if (!(await soakStories(Number(count)))) process.exitCode = 1;
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
