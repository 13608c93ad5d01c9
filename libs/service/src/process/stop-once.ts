import type { Clock } from "@timewell/ttl";
import type { Logger } from "pino";
import { exitCodes } from "./end-badly.ts";
import type { HostProcess } from "./run-app.ts";

/** Longest time from a signal to the end, ms. */
const stopTimeoutMs = 9_500;

/** How to end a process. */
export interface StopInit {
  readonly stop: () => Promise<void>;
  /** Called before an end by force. */
  readonly kill?: (() => void) | undefined;
  readonly log: Logger;
  readonly clock: Clock;
  readonly host: HostProcess;
}

/** Makes what ends a process well when it is called, and by force when that takes too long, or when it is called again. */
export function stopOnce({ stop, kill = () => undefined, log, clock, host }: StopInit): () => void {
  let stopping = false;
  return () => {
    if (stopping) {
      kill();
      return host.exit(exitCodes.failed);
    }
    stopping = true;
    log.info("stopping");
    void clock.sleep(stopTimeoutMs).then(() => {
      log.error("calls under way did not end in time; ending by force");
      kill();
      host.exit(exitCodes.failed);
    });
    stop().then(
      () => host.exit(0),
      (err: unknown) => {
        log.error({ err }, "stop failed");
        host.exit(exitCodes.failed);
      },
    );
  };
}
