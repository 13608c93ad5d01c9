import { createHash } from "node:crypto";
import type { LogAppend } from "@timewell/store-ports";
import type { SqlSession } from "./sql-database.ts";

const hashBytes = 16;

/** Events of one transaction: which are in the log, and which are new. Their partitions' heads are locked. */
export class EventIdTable {
  /** Key of an event to its position. */
  readonly #known = new Map<string, bigint>();
  readonly #added: { readonly id: EventHash; readonly position: bigint }[] = [];

  /** Looks up the events of the rows; without events nothing is asked. */
  static async load(session: SqlSession, rows: readonly LogAppend[]): Promise<EventIdTable> {
    const table = new EventIdTable();
    const ids = rows.filter(({ eventId }) => eventId !== undefined).map(eventHash);
    if (ids.length === 0) return table;
    const found = await session.query<{
      view_id: bigint;
      entity_hash: Uint8Array;
      event_hash: Uint8Array;
      position: bigint;
    }>(
      `SELECT e.view_id, e.entity_hash, e.event_hash, e.position
       FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS a(view_id, entity_hash, event_hash)
       JOIN timewell.log_event_ids AS e USING (view_id, entity_hash, event_hash)`,
      columnsOf(ids),
    );
    for (const { view_id, entity_hash, event_hash, position } of found) {
      const id = {
        viewId: Number(view_id),
        entity: Buffer.from(entity_hash),
        event: Buffer.from(event_hash),
      };
      table.#known.set(keyOf(id), position);
    }
    return table;
  }

  /** Position of the row's event, if it is known. */
  get(row: LogAppend): bigint | undefined {
    return row.eventId === undefined ? undefined : this.#known.get(keyOf(eventHash(row)));
  }

  /** Notes where a new event is. Rows without an event id are passed over. */
  add(row: LogAppend, position: bigint): void {
    if (row.eventId === undefined) return;
    const id = eventHash(row);
    this.#known.set(keyOf(id), position);
    this.#added.push({ id, position });
  }

  /** Writes the new events. */
  async store(session: SqlSession): Promise<void> {
    if (this.#added.length === 0) return;
    await session.query(
      `INSERT INTO timewell.log_event_ids (view_id, entity_hash, event_hash, position)
       SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bigint[])`,
      [...columnsOf(this.#added.map(({ id }) => id)), this.#added.map(({ position }) => position)],
    );
  }
}

/** Forgets the events of an entity; returns how many. */
export async function eraseEventIds(
  session: SqlSession,
  viewIds: readonly number[],
  entityKey: Uint8Array,
): Promise<number> {
  const [erased] = await session.query<{ events: bigint }>(
    `WITH gone AS (
       DELETE FROM timewell.log_event_ids WHERE view_id = ANY($1::bigint[]) AND entity_hash = $2 RETURNING 1
     ) SELECT count(*) AS events FROM gone`,
    [viewIds.map(BigInt), hash(entityKey)],
  );
  return Number(erased!.events);
}

interface EventHash {
  readonly viewId: number;
  readonly entity: Buffer;
  readonly event: Buffer;
}

function eventHash({ viewId, entityKey, eventId }: LogAppend): EventHash {
  return { viewId, entity: hash(entityKey), event: hash(eventId!) };
}

function keyOf({ viewId, entity, event }: EventHash): string {
  return `${viewId}/${entity.toString("latin1")}${event.toString("latin1")}`;
}

function columnsOf(ids: readonly EventHash[]): [bigint[], Buffer[], Buffer[]] {
  return [
    ids.map(({ viewId }) => BigInt(viewId)),
    ids.map(({ entity }) => entity),
    ids.map(({ event }) => event),
  ];
}

function hash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest().subarray(0, hashBytes);
}
