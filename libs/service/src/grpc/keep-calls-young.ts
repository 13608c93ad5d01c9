import type { Http2Server, ServerHttp2Session } from "node:http2";
import { types } from "node:util";
import { setFlagsFromString } from "node:v8";

/** The part of a map that node:http2 uses for the streams of a session. */
class StreamTable {
  readonly #streams: Record<number, unknown> = Object.create(null) as Record<number, unknown>;
  size = 0;

  get(id: number): unknown {
    return this.#streams[id];
  }

  set(id: number, stream: unknown): void {
    if (this.#streams[id] === undefined) this.size++;
    this.#streams[id] = stream;
  }

  delete(id: number): void {
    if (this.#streams[id] === undefined) return;
    this.size--;
    delete this.#streams[id];
  }

  forEach(visit: (stream: unknown) => void): void {
    for (const stream of Object.values(this.#streams)) visit(stream);
  }
}

/**
 * Lets the garbage collector see that calls are short. Without it two thirds of what calls allocate outlived a young
 * collection of 15 to 30 ms although only 64 calls were under way; with it less than 1 MB does, in 2 ms. Two things kept it alive:
 *
 * - node:http2 has the streams of a session in a `Map`, which makes itself a new table every few dozen calls. The old table
 *   links to the new one, so that the first one that reaches the old generation holds all later ones, with the streams in them, until
 *   that is collected. A plain object has no such links.
 * - What V8 has once seen live long it allocates in the old generation from then on ("pretenuring"), where it holds all that it
 *   refers to in the same way.
 *
 * Where a version of Node keeps its streams elsewhere, the first part does nothing.
 */
export function keepCallsYoung(server: Http2Server): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
  server.on("session", tameSession);
}

/** Returns whether the session's streams were found. */
export function tameSession(session: ServerHttp2Session): boolean {
  for (const key of Object.getOwnPropertySymbols(session)) {
    if (key.description !== "state") continue;
    const state = Reflect.get(session, key) as { streams?: unknown } | undefined;
    if (!types.isMap(state?.streams) || state.streams.size > 0) continue;
    state.streams = new StreamTable();
    return true;
  }
  return false;
}
