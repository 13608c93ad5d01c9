import { join } from "node:path";
import { dataFiles } from "./data-files.ts";
import { NaiveView } from "./naive.ts";

const hourUs = 3_600_000_000n;

/** The views of the example, as the naive loop sees them. */
export interface NaiveViews {
  readonly airportHourly: NaiveView;
  readonly routeDaily: NaiveView;
}

/** Reads the two prepared history files of `directory` for the naive loop, with the ttls of the definitions. */
export async function readNaiveViews(directory: string): Promise<NaiveViews> {
  const airportHourly = await NaiveView.read({
    path: join(directory, dataFiles.airportHourly),
    keyColumns: ["airport"],
    featureColumns: ["departures", "mean_delay", "share_late"],
    ttlUs: 6n * hourUs,
  });
  const routeDaily = await NaiveView.read({
    path: join(directory, dataFiles.routeDaily),
    keyColumns: ["origin", "destination"],
    featureColumns: ["flights", "mean_delay", "p90_delay"],
    ttlUs: 3n * 24n * hourUs,
  });
  return { airportHourly, routeDaily };
}
