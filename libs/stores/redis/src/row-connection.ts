import { KeyList, type OnlineKeys } from "@timewell/store-ports";
import { type Alarm, type Clock, CoarseTimer } from "@timewell/ttl";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { encodeMget } from "./encode-mget.ts";
import { type FoundRows, MgetReplies } from "./mget-replies.ts";
import { ReplyMemory } from "./reply-memory.ts";
import {
  connectTimeoutMs,
  type RedisClient,
  type RedisClientOptions,
  retryDelayMs,
  silenceMaxMs,
} from "./redis-client.ts";

/** One who waits for the rows of an `MGET`; who has waited too long hears nothing more. */
interface Waiter extends Alarm {
  readonly resolve: (rows: FoundRows) => void;
  readonly reject: (reason: Error) => void;
  /** Among the alarms. */
  place: number;
}

/** Steps in which times are looked at, ms. */
const tickMs = 5;

/**
 * A connection that does nothing but `MGET`, beside those of the library, which makes an object of every row. It goes to the
 * server that a client of the library is connected to, again whenever that is, and by itself when it breaks meanwhile. While
 * there is no connection, reads fail at once.
 */
export class RowConnection {
  readonly #guide: RedisClient;
  readonly #options: RedisClientOptions;
  readonly #clock: Clock;
  readonly #alarms: CoarseTimer;
  readonly #closing = new AbortController();
  readonly #waiters: Waiter[] = [];
  readonly #first = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  /** Answers of the greeting that are still to come; 0: rows can be read. */
  #greetings = 0;
  #attempts = 0;
  /** Rings where the server owes an answer for too long. */
  #silence: { readonly alarm: Alarm; readonly place: number } | undefined;

  /** `guide` finds the server; it stays the caller's. */
  constructor(guide: RedisClient, options: RedisClientOptions, clock: Clock) {
    this.#guide = guide;
    this.#options = options;
    this.#clock = clock;
    this.#alarms = new CoarseTimer(clock, tickMs);
    guide.on("ready", this.#connect);
    if (guide.status === "ready") this.#connect();
    else this.#first.resolve();
  }

  /** Resolves when the first try to connect has ended, well or not. */
  get tried(): Promise<void> {
    return this.#first.promise;
  }

  /** Reads rows, in the order of the keys. */
  mget(keys: OnlineKeys): Promise<FoundRows> {
    const socket = this.#socket;
    if (socket === undefined || this.#greetings > 0)
      return Promise.reject(new Error("there is no connection"));
    return new Promise((resolve, reject) => {
      const dueMs = this.#clock.monotonicMs() + this.#options.commandTimeoutMs;
      const waiter: Waiter = { resolve, reject, dueMs, ring: () => this.#expire(waiter), place: -1 };
      waiter.place = this.#alarms.add(waiter);
      this.#waiters.push(waiter);
      socket.write(encodeMget(keys instanceof KeyList ? keys : KeyList.of(keys)));
    });
  }

  /** Ends the connection for good; reads under way fail. */
  close(): void {
    this.#guide.off("ready", this.#connect);
    this.#closing.abort();
    this.#drop(new Error("the store is closing"));
  }

  readonly #connect = (): void => {
    this.#drop(new Error("the connection is made again"));
    const { remoteAddress: host, remotePort: port } = this.#guide.stream as Socket;
    if (host === undefined || port === undefined) return this.#first.resolve();
    const { tls, host: name = host } = this.#options.address;
    const servername = isIP(name) === 0 ? { servername: name } : {};
    const memory = new ReplyMemory();
    const onread = {
      buffer: () => memory.room(),
      callback: (bytes: number) => {
        memory.wrote(bytes);
        received();
        return true;
      },
    };
    const socket =
      tls === undefined
        ? connectTcp({ host, port, onread })
        : connectTls({ host, port, ...servername, ...tls });
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#expectWithin(connectTimeoutMs);
    const replies = new MgetReplies({
      rows: (rows) => {
        memory.use();
        this.#answered()?.resolve(rows);
      },
      line: () => this.#greeted(),
      error: (text) => {
        if (this.#greetings > 0) socket.destroy(new Error(text));
        else this.#answered()?.reject(new Error(text));
      },
    });
    const received = () => {
      this.#heard();
      try {
        memory.read(replies.read(memory.received, memory.start), replies.isPartly);
      } catch (reason) {
        socket.destroy(reason as Error);
      }
    };
    this.#greet(socket);
    // A socket with TLS has its own memory for what it receives.
    if (tls !== undefined)
      socket.on("data", (piece: Buffer) => {
        memory.wrote(piece.copy(memory.room(piece.length)));
        received();
      });
    let reason = new Error("the connection was closed");
    socket.on("error", (error) => {
      reason = error;
      this.#options.onConnectionError(error);
    });
    socket.once("close", () => {
      this.#first.resolve();
      if (socket !== this.#socket) return;
      this.#drop(reason);
      this.#connectLater().catch(() => undefined); // The store was closed meanwhile.
    });
  };

  /** Where the guide has no connection either, it says when there is a server again. */
  async #connectLater(): Promise<void> {
    await this.#clock.sleep(retryDelayMs(++this.#attempts), this.#closing.signal);
    if (this.#socket === undefined && this.#guide.status === "ready") this.#connect();
  }

  /** Every server answers these with a line, so that one which stands still does not count as connected. */
  #greet(socket: Socket): void {
    const { username, password, db } = this.#options.address;
    const commands = [
      ...(typeof password === "string"
        ? [["AUTH", ...(typeof username === "string" ? [username] : []), password]]
        : []),
      ...(db === undefined ? [] : [["SELECT", String(db)]]),
      ["CLIENT", "SETNAME", this.#options.name],
    ];
    this.#greetings = commands.length;
    for (const words of commands) {
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join("")}`);
    }
  }

  #greeted(): void {
    if (--this.#greetings > 0) return this.#expectWithin(connectTimeoutMs);
    this.#attempts = 0;
    this.#first.resolve();
  }

  #answered(): Waiter | undefined {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) this.#alarms.clear(waiter.place, waiter);
    return waiter;
  }

  /** The reply of a waiter that gave up still comes, or the server counts as gone. */
  #expire(waiter: Waiter): void {
    const { commandTimeoutMs } = this.#options;
    waiter.reject(new Error(`no answer within ${commandTimeoutMs} ms`));
    this.#expectWithin(silenceMaxMs(commandTimeoutMs) - commandTimeoutMs);
  }

  #expectWithin(ms: number): void {
    if (this.#silence !== undefined) return;
    const socket = this.#socket;
    const ring = () => void socket?.destroy(new Error("the server says nothing"));
    const alarm = { dueMs: this.#clock.monotonicMs() + ms, ring };
    this.#silence = { alarm, place: this.#alarms.add(alarm) };
  }

  #heard(): void {
    if (this.#silence === undefined) return;
    this.#alarms.clear(this.#silence.place, this.#silence.alarm);
    this.#silence = undefined;
  }

  #drop(reason: Error): void {
    this.#heard();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    for (const waiter of this.#waiters.splice(0)) {
      this.#alarms.clear(waiter.place, waiter);
      waiter.reject(reason);
    }
  }
}
