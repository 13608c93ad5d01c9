import type { ClientHttp2Stream } from "node:http2";
import type { Clock } from "@timewell/ttl";
import type { CallTimings } from "./call-timings.ts";

/** Notes when the stages of one call end. */
export class CallTimer {
  readonly #clock: Clock;
  readonly #startMs: number;
  #attempts = 0;
  #address: string | undefined;
  #handedMs: number;
  #connectedMs: number;
  #writtenMs: number | undefined;
  #headersMs: number | undefined;
  #endMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    this.#handedMs = this.#startMs;
    this.#connectedMs = this.#startMs;
  }

  /** An attempt is handed to a connection of this server. */
  attempt(address: string): void {
    this.#attempts++;
    this.#address = address;
    this.#handedMs = this.#connectedMs = this.#clock.monotonicMs();
    this.#writtenMs = this.#headersMs = this.#endMs = undefined;
  }

  /** The attempt has a stream on its connection. */
  opened(stream: ClientHttp2Stream): void {
    const now = () => this.#clock.monotonicMs();
    this.#connectedMs = now();
    stream.once("finish", () => (this.#writtenMs = now()));
    stream.once("response", () => (this.#headersMs = now()));
    stream.once("end", () => (this.#endMs = now()));
  }

  /** What it noted; the call ends now. */
  result(method: string, code: string): CallTimings {
    const endedMs = this.#clock.monotonicMs();
    // A stage that did not happen took no time.
    const written = this.#writtenMs ?? this.#connectedMs;
    const headers = Math.max(this.#headersMs ?? endedMs, written);
    const end = Math.max(this.#endMs ?? endedMs, headers);
    return {
      method,
      address: this.#address,
      attempts: this.#attempts,
      code,
      totalMs: endedMs - this.#startMs,
      connectMs: this.#connectedMs - this.#handedMs,
      queueMs: this.#handedMs - this.#startMs,
      sendMs: written - this.#connectedMs,
      waitMs: headers - written,
      receiveMs: end - headers,
      decodeMs: Math.max(endedMs - end, 0),
    };
  }
}
