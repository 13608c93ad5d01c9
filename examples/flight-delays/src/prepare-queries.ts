import { dataFiles } from "./data-files.ts";

/** Changes which flights become labels. */
const labelSeed = "timewell-flight-delays-1";

/** How many flights become labels. */
export const labelCount = 50_000;

/** One file of the preparation: its name, and the query over the relation `flights` that fills it. */
export interface PreparedFile {
  readonly name: string;
  readonly sql: string;
}

// The table tells wall-clock times without a zone; the example reads them as UTC. A flight without a delay, were there
// one, would count as a flight and stay out of every figure that needs the delay.
const asUtc = (timestamp: string) => `(${timestamp}) AT TIME ZONE 'UTC'`;

const airportHourly = `
  SELECT origin AS airport,
         ${asUtc("date_trunc('hour', date) + INTERVAL 1 HOUR")} AS event_timestamp,
         count(*)::BIGINT AS departures,
         avg(delay) AS mean_delay,
         count(*) FILTER (delay > 15)::DOUBLE / nullif(count(delay), 0) AS share_late
  FROM flights
  GROUP BY ALL
  ORDER BY event_timestamp, airport`;

const routeDaily = `
  SELECT origin, destination,
         ${asUtc("date_trunc('day', date) + INTERVAL 1 DAY")} AS event_timestamp,
         count(*)::BIGINT AS flights,
         avg(delay) AS mean_delay,
         quantile_cont(delay::DOUBLE, 0.9) AS p90_delay
  FROM flights
  GROUP BY ALL
  ORDER BY event_timestamp, origin, destination`;

// The sample and its order come from a digest of each row's number: the same on every machine, with any number of
// threads, and in no order of time, so that a training set which sorted its labels would be noticed.
const labels = `
  SELECT origin, destination, ${asUtc("date")} AS event_timestamp, delay > 15 AS label
  FROM flights
  WHERE delay IS NOT NULL
  ORDER BY md5('${labelSeed}:' || file_row_number)
  LIMIT ${labelCount}`;

/** The files of the preparation, in the order in which they are written. */
export const preparedFiles: readonly PreparedFile[] = [
  { name: dataFiles.airportHourly, sql: airportHourly },
  { name: dataFiles.routeDaily, sql: routeDaily },
  { name: dataFiles.labels, sql: labels },
];
