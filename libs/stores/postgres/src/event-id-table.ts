import { createHash } from "node:crypto";
import type { LogAppend } from "@timewell/store-ports";
import { encodeEventIds, copyEventIds } from "./event-id-copy.ts";
import type { PgSession } from "./pg-database.ts";
import type { SqlSession } from "./sql-database.ts";

const entityHashBytes = 12;
const eventHashBytes = 16;

/** Events of one transaction: which are in the log, and which are new. Their partitions' heads are locked. */
export class EventIdTable {
  /** Key of each row that has an event id. */
  readonly #keys = new Map<LogAppend, Buffer>();
  /** Key of an event, as Latin-1 text, to its position. */
  readonly #known = new Map<string, bigint>();
  readonly #added: { readonly key: Buffer; readonly position: bigint }[] = [];

  /** Looks up the events of the rows; without events nothing is asked. */
  static async load(session: SqlSession, rows: readonly LogAppend[]): Promise<EventIdTable> {
    const table = new EventIdTable();
    for (const row of rows) if (row.eventId !== undefined) table.#keys.set(row, eventKey(row, row.eventId));
    if (table.#keys.size === 0) return table;
    const found = await session.query<{ event_key: Buffer; position: bigint }>(
      // One probe of the index for each: a planner that has no statistics yet would read the whole table for an ANY.
      `SELECT a.event_key, e.position FROM unnest($1::bytea[]) AS a(event_key)
       CROSS JOIN LATERAL (
         SELECT position FROM timewell.log_event_ids AS e WHERE e.event_key = a.event_key LIMIT 1
       ) AS e`,
      [[...table.#keys.values()]],
    );
    for (const { event_key, position } of found) table.#known.set(event_key.toString("latin1"), position);
    return table;
  }

  /** Position of the row's event, if it is known. */
  get(row: LogAppend): bigint | undefined {
    const key = this.#keys.get(row);
    return key && this.#known.get(key.toString("latin1"));
  }

  /** Notes where a new event is. Rows without an event id are passed over. */
  add(row: LogAppend, position: bigint): void {
    const key = this.#keys.get(row);
    if (key === undefined) return;
    this.#known.set(key.toString("latin1"), position);
    this.#added.push({ key, position });
  }

  /** Writes the new events. */
  async store(session: PgSession): Promise<void> {
    if (this.#added.length === 0) return;
    // In order of the index: neighbours share its pages.
    const added = this.#added.sort((a, b) => Buffer.compare(a.key, b.key));
    await session.copyIn(copyEventIds, encodeEventIds(added));
  }
}

/** Forgets the events of an entity; returns how many. */
export async function eraseEventIds(
  session: SqlSession,
  viewIds: readonly number[],
  entityKey: Uint8Array,
): Promise<number> {
  let erased = 0n;
  for (const viewId of new Set(viewIds)) {
    const first = entityPrefix(viewId, entityKey);
    const last = Buffer.concat([first, Buffer.alloc(eventHashBytes, 255)]);
    const [gone] = await session.query<{ events: bigint }>(
      `WITH gone AS (
         DELETE FROM timewell.log_event_ids WHERE event_key BETWEEN $1 AND $2 RETURNING 1
       ) SELECT count(*) AS events FROM gone`,
      [first, last],
    );
    erased += gone!.events;
  }
  return Number(erased);
}

function eventKey({ viewId, entityKey }: LogAppend, eventId: Uint8Array): Buffer {
  return Buffer.concat([entityPrefix(viewId, entityKey), hash(eventId).subarray(0, eventHashBytes)]);
}

function entityPrefix(viewId: number, entityKey: Uint8Array): Buffer {
  const prefix = Buffer.alloc(4 + entityHashBytes);
  prefix.writeUInt32BE(viewId);
  hash(entityKey).copy(prefix, 4, 0, entityHashBytes);
  return prefix;
}

function hash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
