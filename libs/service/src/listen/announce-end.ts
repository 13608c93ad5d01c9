import { constants, type ServerHttp2Session } from "node:http2";
import type { Clock } from "@timewell/ttl";

const streamIdMax = 2 ** 31 - 1;
/** How long peers may take to say that they know, ms. */
const noticeMaxMs = 300;
const pollMs = 5;

/**
 * The first half of a graceful end of connections: GOAWAY, so that peers begin no more calls on them. Calls that are on their way
 * then are ignored by nghttp2; the end of the connection tells the peer that they were refused, at which gRPC sends them again.
 * Resolves when the peers know, or after a short time.
 */
export async function announceEnd(sessions: Iterable<ServerHttp2Session>, clock: Clock): Promise<void> {
  const open = new Set([...sessions].filter((session) => !session.closed && !session.destroyed));
  for (const session of open) {
    session.goaway(constants.NGHTTP2_NO_ERROR, streamIdMax);
    void answerOf(session).then(() => open.delete(session));
  }
  const untilMs = clock.monotonicMs() + noticeMaxMs;
  while (open.size > 0 && clock.monotonicMs() < untilMs) {
    for (const session of open) keepReading(session);
    await clock.sleep(pollMs);
  }
}

function answerOf(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    if (session.destroyed) return resolve();
    const done = () => {
      session.off("close", done);
      resolve();
    };
    session.once("close", done);
    session.ping(done);
  });
}

/**
 * A session that sent GOAWAY while no stream was open stops to read. Where it is closed with bytes unread, the system resets the
 * connection, and the peer may not learn that its calls were refused.
 */
function keepReading({ destroyed, socket }: ServerHttp2Session): void {
  if (destroyed) return;
  const handle = Reflect.get(socket, "_handle") as { readStart?(): number } | null | undefined;
  handle?.readStart?.();
}
