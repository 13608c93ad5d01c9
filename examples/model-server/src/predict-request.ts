import { HttpError } from "./http-error.ts";

/** A flight to predict for. */
export interface PredictRequest {
  /** IATA code. */
  readonly origin: string;
  /** IATA code. */
  readonly destination: string;
  /** When it is to leave, µs since 1970, UTC. */
  readonly departureUs: bigint;
}

const airportPattern = /^[A-Z]{3}$/;
const instantPattern =
  /^((?!0000)\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Reads the body of `POST /predict`. Throws an HttpError 400 that names the field. */
export function parsePredictRequest(body: string): PredictRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new HttpError(400, "Cannot read the body: it is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new HttpError(400, "Cannot read the body: expected an object");
  const fields = json as Record<string, unknown>;
  return {
    origin: airportOf(fields, "origin"),
    destination: airportOf(fields, "destination"),
    departureUs: instantOf(fields, "departure"),
  };
}

function airportOf(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && airportPattern.test(value)) return value;
  throw new HttpError(400, `Cannot use ${name}: expected the code of an airport, like SEA`);
}

function instantOf(fields: Record<string, unknown>, name: string): bigint {
  const value = fields[name];
  const match = typeof value === "string" ? instantPattern.exec(value) : null;
  const [text, year, month, day] = match ?? [];
  // Dates like 30 February would count on into March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (text !== undefined && isDay && Number(month) <= 12) return BigInt(Date.parse(text)) * 1_000n;
  throw new HttpError(400, `Cannot use ${name}: expected a time with its zone, like 2001-01-03T10:00:00Z`);
}
