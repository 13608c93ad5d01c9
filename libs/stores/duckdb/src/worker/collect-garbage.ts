import { setImmediate } from "node:timers/promises";

/**
 * Gives back what objects that nobody uses any more hold of the database. A result that was read keeps its statement, and with it all
 * memory of the database, alive until the garbage collector finds it; that sees small objects only and takes its time.
 */
export async function collectGarbage(): Promise<void> {
  collector()();
  // What the objects held is let go in a turn of its own.
  await setImmediate();
}

/** Gives back what was used only a moment ago, in a millisecond or less. */
export function collectYoung(): void {
  collector()({ type: "minor" });
}

function collector(): NodeJS.GCFunction {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("A worker needs --expose-gc");
  return gc;
}
