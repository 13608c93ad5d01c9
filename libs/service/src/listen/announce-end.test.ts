import { once } from "node:events";
import { createServer, type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import { connect, type AddressInfo, type Socket } from "node:net";
import { systemClock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { announceEnd } from "./announce-end.ts";

const clock = systemClock();
const types = { headers: 1, settings: 4, ping: 6, goaway: 7 } as const;

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** GET / as HPACK's static table has it, and nothing more. */
const request = (stream: number) =>
  frame(types.headers, 5, stream, Buffer.of(0x82, 0x86, 0x84, 0x41, 1, 0x78));
const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(types.settings, 0, 0)]);

/** A peer that sends what the test says, whatever it is told. */
class RawPeer {
  readonly socket: Socket;
  readonly frames: {
    readonly type: number;
    readonly flags: number;
    readonly stream: number;
    readonly payload: Buffer;
  }[] = [];
  #rest = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (bytes) => {
      this.#rest = Buffer.concat([this.#rest, bytes]);
      while (this.#rest.length >= 9) {
        const end = 9 + this.#rest.readUIntBE(0, 3);
        if (this.#rest.length < end) return;
        const [type, flags] = [this.#rest.readUInt8(3), this.#rest.readUInt8(4)];
        const stream = this.#rest.readUInt32BE(5);
        this.frames.push({ type, flags, stream, payload: this.#rest.subarray(9, end) });
        this.#rest = this.#rest.subarray(end);
      }
    });
    this.socket.write(preface);
  }

  async until(type: number, stream: number, count = 1): Promise<void> {
    const found = () => this.frames.filter((each) => each.type === type && each.stream === stream);
    const untilMs = clock.monotonicMs() + 60_000;
    while (found().length < count) {
      if (clock.monotonicMs() > untilMs) throw new Error(`no frame of type ${type} on stream ${stream}`);
      await clock.sleep(5);
    }
  }

  answerPings(): void {
    for (const { type, flags, payload } of this.frames.splice(0))
      if (type === types.ping && flags === 0) this.socket.write(frame(types.ping, 1, 0, payload));
  }
}

describe("announceEnd()", () => {
  const held = new Set<Http2ServerResponse>();
  const server = createServer((_request, response) => {
    if (response.stream.id === 1) held.add(response);
    else response.end("x");
  });
  let session: ServerHttp2Session;
  let peer: RawPeer;
  beforeEach(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const begun = once(server, "session") as Promise<[ServerHttp2Session]>;
    peer = new RawPeer((server.address() as AddressInfo).port);
    [session] = await begun;
    // One call is open all the time.
    peer.socket.write(request(1));
    await once(server, "request");
  });
  afterEach(() => {
    peer.socket.destroy();
    held.clear();
    return new Promise((resolve) => server.close(resolve));
  });

  it("resolves once a ping is answered, and soon where none is", async () => {
    let leastMs = Infinity;
    // The machine may be busy with something else: one quick answer shows that nothing else is waited for.
    for (let tries = 0; tries < 20 && leastMs >= 280; tries++) {
      const startMs = clock.monotonicMs();
      const known = announceEnd([session], clock);
      await peer.until(types.ping, 0);
      peer.answerPings();
      await known;
      leastMs = Math.min(leastMs, clock.monotonicMs() - startMs);
    }
    expect(leastMs).toBeLessThan(280);
    const againMs = clock.monotonicMs();
    await announceEnd([session], clock);
    expect(clock.monotonicMs() - againMs).toBeGreaterThan(280);
    expect(clock.monotonicMs() - againMs).toBeLessThan(10_000);
  });
});
