// npm run soak -- NAME [--kills N]
import { parseArgs } from "node:util";
import { runTrainingKills, seededRandom } from "@timewell/scenarios";

const usage = `Usage: npm run soak -- NAME [options]

Longer runs of what the tests show in short. A run that fails ends with the code 1; SEED=N repeats one.

  training  kills servers and connections in the middle of training sets, which must end in the same bytes and digests

  --kills N  how often (200)
  --help     this text
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "200" }, help: { type: "boolean", default: false } },
});

const [name] = positionals;
if (values.help || name === undefined) process.stdout.write(usage);
else if (name !== "training")
  fail(`Cannot run soak ${JSON.stringify(name)}: there is none of that name. Name training.`);
else if (!/^[1-9][0-9]{0,5}$/.test(values.kills))
  fail(`Cannot use --kills ${JSON.stringify(values.kills)}: expected a whole number from 1.`);
else await soakTraining(Number(values.kills));

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
