import { runH2load, type H2loadRun } from "./run-h2load.ts";

/** A request that is sent again and again. */
export interface LoadBody {
  /** File with its bytes. */
  readonly file: string;
  /** Bytes of each answer to it; an answer of another length voids the run. */
  readonly answerBytes: number;
}

/** What is loaded, and with what. */
export interface LoadTarget extends Pick<H2loadRun, "program" | "url" | "headers" | "http1"> {
  readonly bodies: readonly LoadBody[];
  /** Processes of h2load at a time. */
  readonly lanes: number;
  /** Requests of one process that wait for their answer at a time. */
  readonly inFlightPerLane: number;
  /** Bodies that each slice goes through, as far as its rate allows. */
  readonly bodiesPerSlice: number;
}

/** What a slice of load gave. */
export interface LoadSlice {
  readonly requests: number;
  readonly perSecond: number;
}

/** How far the length of a burst may be from the one that is aimed at, before the next is made larger or smaller. */
const tolerance = 1.5;

/**
 * A closed loop of many distinct requests. h2load knows one body for each process, so that short-lived processes take turns: a few
 * run at a time, each sends one body in a burst, and the next process takes the next body.
 */
export class Load {
  readonly #target: LoadTarget;
  #next = 0;
  /** Requests of the next burst; found out while it runs, and kept from slice to slice. */
  #burstRequests: number;

  constructor(target: LoadTarget) {
    this.#target = target;
    this.#burstRequests = target.inFlightPerLane * 2;
  }

  /**
   * Loads for about this long; the first time warms up. Throws where a request has no answer, a status other than 2xx, or an answer
   * of another length than it must have: the run is void.
   */
  async run(sliceMs: number): Promise<LoadSlice> {
    const { lanes, bodiesPerSlice } = this.#target;
    const burstMs = (sliceMs * lanes) / bodiesPerSlice;
    const startMs = performance.now();
    let requests = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() - startMs < sliceMs) {
        const sent = await this.#timedBurst(burstMs);
        requests += sent;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return { requests, perSecond: requests / ((performance.now() - startMs) / 1000) };
  }

  async #timedBurst(aimMs: number): Promise<number> {
    const requests = this.#burstRequests;
    const startMs = performance.now();
    await this.#burst(requests);
    const ms = performance.now() - startMs;
    if (requests !== this.#burstRequests) return requests;
    if (ms < aimMs / tolerance) this.#burstRequests = requests * 2;
    else if (ms > aimMs * tolerance)
      this.#burstRequests = Math.max(this.#target.inFlightPerLane * 2, Math.ceil(requests / 2));
    return requests;
  }

  async #burst(requests: number): Promise<void> {
    const { bodies, inFlightPerLane: inFlight } = this.#target;
    const body = bodies[this.#next++ % bodies.length]!;
    const counts = await runH2load({ ...this.#target, bodyFile: body.file, requests, inFlight });
    const bodyBytes = requests * body.answerBytes;
    if (counts.failed === 0 && counts.status2xx === requests && counts.bodyBytes === bodyBytes) return;
    throw new Error(
      `The run is void: of ${requests} requests to ${this.#target.url} ${counts.status2xx} had status 2xx and ` +
        `${counts.failed} no answer, and ${counts.bodyBytes} bytes came back, expected ${bodyBytes}`,
    );
  }
}
