import { createHash } from "node:crypto";
import { Command, type Redis } from "ioredis";

/** An argument of a script, as it is sent. */
export type ScriptArgument = Buffer | string;

const asterisk = 0x2a;
const dollar = 0x24;
const zero = 0x30;
/** Bytes around an argument: sign, length and two line ends. */
const frameMax = 1 + 10 + 2 + 2;

/** A script of a server, called with its arguments as bytes that are written in one go. */
export class Script {
  readonly #lua: string;
  readonly #sha: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha = createHash("sha1").update(lua).digest("hex");
  }

  /** Calls it; a server that does not know it yet learns it. The first `keys` arguments are keys. */
  async call(client: Redis, keys: number, args: readonly ScriptArgument[]): Promise<Buffer> {
    try {
      return await send(client, encodeCall("EVALSHA", this.#sha, keys, args));
    } catch (reason) {
      if (!(reason instanceof Error && reason.message.startsWith("NOSCRIPT"))) throw reason;
      return send(client, encodeCall("EVAL", this.#lua, keys, args));
    }
  }
}

/** A command whose bytes are there already. */
class EncodedCommand extends Command {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super("evalsha", [], { replyEncoding: null });
    this.#bytes = bytes;
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}

function send(client: Redis, bytes: Buffer): Promise<Buffer> {
  return client.sendCommand(new EncodedCommand(bytes)) as Promise<Buffer>;
}

/**
 * A call of a script, which is Lua or its digest, as bytes; all text is ASCII.
 *
 * ```
 * *<arguments + 3>\r\n   then for command, script, number of keys and each argument   $<length>\r\n <bytes>\r\n
 * ```
 */
export function encodeCall(
  command: "EVAL" | "EVALSHA",
  script: string,
  keys: number,
  args: readonly ScriptArgument[],
): Buffer {
  const all = [command, script, String(keys), ...args];
  let size = frameMax;
  for (const arg of all) size += frameMax + arg.length;
  const out = Buffer.allocUnsafe(size);
  let at = writeNumber(out, 0, asterisk, all.length);
  for (const arg of all) {
    at = writeNumber(out, at, dollar, arg.length);
    if (typeof arg === "string") out.write(arg, at, "latin1");
    else out.set(arg, at);
    at = writeLineEnd(out, at + arg.length);
  }
  return out.subarray(0, at);
}

/** The sign, the number and a line end; returns where they end. */
function writeNumber(out: Buffer, at: number, sign: number, value: number): number {
  let count = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) count++;
  out[at] = sign;
  for (let i = count, rest = value; i > 0; i--, rest = Math.floor(rest / 10))
    out[at + i] = zero + (rest % 10);
  return writeLineEnd(out, at + count + 1);
}

function writeLineEnd(out: Buffer, at: number): number {
  out[at] = 0x0d;
  out[at + 1] = 0x0a;
  return at + 2;
}
