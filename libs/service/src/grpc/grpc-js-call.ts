import type { Metadata } from "@grpc/grpc-js";
import type { Clock } from "@timewell/ttl";
import type { GrpcCall } from "./grpc-call.ts";

/** The part of a call of grpc-js that the chain needs. */
export interface GrpcJsSurface {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  once(event: "cancelled", listener: () => void): unknown;
}

/** A call that grpc-js took from the connection. */
export class GrpcJsCall implements GrpcCall {
  readonly #call: GrpcJsSurface;
  readonly #clock: Clock;

  constructor(call: GrpcJsSurface, clock: Clock) {
    this.#call = call;
    this.#clock = clock;
  }

  get cancelled(): boolean {
    return this.#call.cancelled;
  }

  timeoutMs(): number | undefined {
    const deadline = Number(this.#call.getDeadline());
    return Number.isFinite(deadline) ? deadline - Number(this.#clock.nowUs() / 1000n) : undefined;
  }

  header(name: string): string | undefined {
    return this.#call.metadata.get(name)[0]?.toString();
  }

  *headers(): Iterable<readonly [string, string]> {
    for (const [name, value] of Object.entries(this.#call.metadata.getMap()))
      yield [name, typeof value === "string" ? value : value.toString("base64")];
  }

  onEnd(listener: () => void): void {
    this.#call.once("cancelled", listener);
  }

  /** grpc-js copies it. */
  answerMemory(bytes: number): Buffer {
    return Buffer.allocUnsafe(bytes);
  }
}
