import { RunVoid } from "./run-void.ts";
import type { TrainingWorld } from "./training-world.ts";

/** Runs what a peer has to do; where it fails, says so, keeps why for the report, and returns undefined. */
export async function withoutFailure<T>(
  world: TrainingWorld,
  peer: string,
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action();
  } catch (reason) {
    if (reason instanceof RunVoid) throw reason;
    const words = `${peer} was not measured: ${reason instanceof Error ? reason.message : String(reason)}`;
    world.context.say(words);
    world.failures.push(words);
    return undefined;
  }
}
