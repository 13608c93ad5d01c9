// `npm run model-server:features`: Timewell on its usual ports, as it was on 3 January 2001 at 10:00.
import { fillUpTo, startTimewell, stateDirectory } from "./start-timewell.ts";

const instant = "2001-01-03T10:00:00Z";

const timewell = await startTimewell({ stateDirectory, usualPorts: true });
const rows = await fillUpTo(timewell.client, BigInt(Date.parse(instant)) * 1_000n);
console.log(`Timewell serves ${rows} rows of features, as of ${instant}, at ${timewell.servingUrl}.
Start a model server in another terminal; Ctrl-C ends this one.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void timewell.stop().then(() => process.exit(0)));
}
