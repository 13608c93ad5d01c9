/** Where the time of one call went. All times in ms; those of the last attempt, where there were several. */
export interface CallTimings {
  /** For example `OnlineServing/GetOnlineFeatures`. */
  readonly method: string;
  /** The server that answered or failed it; undefined where none was reached. */
  readonly address: string | undefined;
  /** How often it was sent. */
  readonly attempts: number;
  /** OK, or the gRPC code that it ended with, for example `UNAVAILABLE`. */
  readonly code: string;
  readonly totalMs: number;
  /** Until a connection was there; 0 where there was one. */
  readonly connectMs: number;
  /** Until the last attempt was handed to its connection: earlier attempts and the pauses between them. */
  readonly queueMs: number;
  /** Until the request was written. */
  readonly sendMs: number;
  /** Until the first byte of the answer: the network, and the server. */
  readonly waitMs: number;
  /** From there to the last byte. */
  readonly receiveMs: number;
  /** Until the answer was decoded. */
  readonly decodeMs: number;
}
