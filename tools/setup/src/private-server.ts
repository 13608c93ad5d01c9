/** A server of its own for one test run, bench or example: on a free loopback port, in a temporary folder. */
export interface PrivateServer {
  /** Where to connect. */
  readonly url: string;
  readonly port: number;
  /** Ends it in good order and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. Its folder stays, for `restart()`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder; ends it in good order first where it still runs. */
  restart(): Promise<void>;
}
