import type { CompiledView } from "@timewell/model";

import type { IncomingRow } from "../rows/incoming-row.ts";

/** The bytes of the id that tells an event apart (semantics 11); undefined where the view declares none, or it is NULL. */
export function eventIdOf({ windows }: CompiledView, { values }: IncomingRow): Uint8Array | undefined {
  if (windows?.eventId === undefined) return undefined;
  const value = values[windows.eventId] ?? null;
  if (value === null) return undefined;
  if (value instanceof Uint8Array) return value;
  return Buffer.from(String(value as string | bigint));
}
