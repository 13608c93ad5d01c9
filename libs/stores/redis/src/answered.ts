import { redisUnavailable } from "./redis-errors.ts";

/** The result of a call to Redis; STORE_UNAVAILABLE, with its error as the cause, where it fails. `verb`: "read from". */
export async function answered<T>(verb: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (reason) {
    throw redisUnavailable(verb, reason);
  }
}
