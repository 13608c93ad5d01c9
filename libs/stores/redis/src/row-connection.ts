import { KeyList, type OnlineKeys } from "@timewell/store-ports";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { encodeMget } from "./encode-mget.ts";
import { type FoundRows, MgetReplies } from "./mget-replies.ts";
import {
  connectTimeoutMs,
  type RedisClient,
  type RedisClientOptions,
  retryDelayMs,
  silenceMaxMs,
} from "./redis-client.ts";

/** One who waits for the rows of an `MGET`; who has waited too long hears nothing more. */
interface Waiter {
  readonly resolve: (rows: FoundRows) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A connection that does nothing but `MGET`, beside those of the library, which makes an object of every row. It goes to the
 * server that a client of the library is connected to, again whenever that is, and by itself when it breaks meanwhile. While
 * there is no connection, reads fail at once.
 */
export class RowConnection {
  readonly #guide: RedisClient;
  readonly #options: RedisClientOptions;
  readonly #waiters: Waiter[] = [];
  readonly #first = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  /** Answers of the greeting that are still to come; 0: rows can be read. */
  #greetings = 0;
  #attempts = 0;
  #retry: NodeJS.Timeout | undefined;
  /** Set while the server is overdue with an answer. */
  #silence: NodeJS.Timeout | undefined;

  /** `guide` finds the server; it stays the caller's. */
  constructor(guide: RedisClient, options: RedisClientOptions) {
    this.#guide = guide;
    this.#options = options;
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
      const timer = setTimeout(() => this.#expire(waiter), this.#options.commandTimeoutMs);
      const waiter: Waiter = { resolve, reject, timer };
      this.#waiters.push(waiter);
      socket.write(encodeMget(keys instanceof KeyList ? keys : KeyList.of(keys)));
    });
  }

  /** Ends the connection for good; reads under way fail. */
  close(): void {
    this.#guide.off("ready", this.#connect);
    clearTimeout(this.#retry);
    this.#drop(new Error("the store is closing"));
  }

  readonly #connect = (): void => {
    clearTimeout(this.#retry);
    this.#drop(new Error("the connection is made again"));
    const { remoteAddress: host, remotePort: port } = this.#guide.stream as Socket;
    if (host === undefined || port === undefined) return this.#first.resolve();
    const { tls, host: name = host } = this.#options.address;
    const servername = isIP(name) === 0 ? { servername: name } : {};
    const socket =
      tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...servername, ...tls });
    this.#socket = socket;
    socket.setNoDelay(true);
    const overdue = setTimeout(() => socket.destroy(new Error("no connection in time")), connectTimeoutMs);
    const replies = new MgetReplies({
      rows: (rows) => this.#answered()?.resolve(rows),
      line: () => this.#greeted(overdue),
      error: (text) => {
        if (this.#greetings > 0) socket.destroy(new Error(text));
        else this.#answered()?.reject(new Error(text));
      },
    });
    this.#greet(socket);
    socket.on("data", (piece: Buffer) => {
      clearTimeout(this.#silence);
      this.#silence = undefined;
      try {
        replies.write(piece);
      } catch (reason) {
        socket.destroy(reason as Error);
      }
    });
    let reason = new Error("the connection was closed");
    socket.on("error", (error) => {
      reason = error;
      this.#options.onConnectionError(error);
    });
    socket.once("close", () => {
      clearTimeout(overdue);
      this.#first.resolve();
      if (socket !== this.#socket) return;
      this.#drop(reason);
      // Else the guide says when there is a server again.
      if (this.#guide.status === "ready")
        this.#retry = setTimeout(this.#connect, retryDelayMs(++this.#attempts));
    });
  };

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

  #greeted(overdue: NodeJS.Timeout): void {
    if (--this.#greetings > 0) return;
    clearTimeout(overdue);
    this.#attempts = 0;
    this.#first.resolve();
  }

  #answered(): Waiter | undefined {
    const waiter = this.#waiters.shift();
    clearTimeout(waiter?.timer);
    return waiter;
  }

  /** The reply of a waiter that gave up still comes, or the server counts as gone. */
  #expire(waiter: Waiter): void {
    waiter.reject(new Error(`no answer within ${this.#options.commandTimeoutMs} ms`));
    const socket = this.#socket;
    this.#silence ??= setTimeout(
      () => socket?.destroy(new Error("the server says nothing")),
      silenceMaxMs(this.#options.commandTimeoutMs) - this.#options.commandTimeoutMs,
    );
  }

  #drop(reason: Error): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    for (const waiter of this.#waiters.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.reject(reason);
    }
  }
}
