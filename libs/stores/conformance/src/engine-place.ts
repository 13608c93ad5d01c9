import type { Clock } from "@timewell/ttl";

/** Where one test keeps an engine's data: a folder, a database, a server. Empty at first. */
export interface EnginePlace<Engine> {
  /** Opens the engine on this place's data; the suite closes what it opens. */
  open(): Promise<Engine>;
  /** Removes the place, after everything in it was closed. */
  dispose(): Promise<void>;
}

/** Makes a fresh, empty place for one test. The clock is the one to pass to the engine. */
export type EnginePlaceFactory<Engine> = (clock: Clock) => Promise<EnginePlace<Engine>>;

/** Runs `work` on an engine in a fresh place, then closes the engine and removes the place. */
export async function withEngine<Engine extends { close(): Promise<void> }>(
  factory: EnginePlaceFactory<Engine>,
  clock: Clock,
  work: (engine: Engine) => Promise<void>,
): Promise<void> {
  await withPlace(factory, clock, async (place) => {
    const engine = await place.open();
    try {
      await work(engine);
    } finally {
      await engine.close();
    }
  });
}

/** Runs `work` on a fresh place and removes it. */
export async function withPlace<Engine>(
  factory: EnginePlaceFactory<Engine>,
  clock: Clock,
  work: (place: EnginePlace<Engine>) => Promise<void>,
): Promise<void> {
  const place = await factory(clock);
  try {
    await work(place);
  } finally {
    await place.dispose();
  }
}
