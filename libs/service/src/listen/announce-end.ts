import { constants, type ServerHttp2Session } from "node:http2";
import type { Clock } from "@timewell/ttl";

const streamIdMax = 2 ** 31 - 1;
/** How long peers may take to say that they know, ms. */
const noticeMaxMs = 300;
const pollMs = 5;

/**
 * The first half of a graceful end of connections: GOAWAY that names no last stream, so that none that is on its way is refused.
 * Resolves when all that the peers sent before they knew is here, or after a short time. `allowEnd` begins the second half.
 */
export async function announceEnd(sessions: Iterable<ServerHttp2Session>, clock: Clock): Promise<void> {
  const open = new Set([...sessions].filter((session) => !session.closed && !session.destroyed));
  for (const session of open) {
    // A peer answers with a GOAWAY of its own, at which Node closes the session and refuses what comes after it. But nghttp2 sends
    // new streams after everything else that waits to be sent, so that calls from before may well come after.
    session.close = () => undefined;
    session.goaway(constants.NGHTTP2_NO_ERROR, streamIdMax);
    // The answer to the first ping may overtake new streams in the same way; that to the second cannot.
    void answerOf(session)
      .then(() => answerOf(session))
      .then(() => open.delete(session));
  }
  const untilMs = clock.monotonicMs() + noticeMaxMs;
  while (open.size > 0 && clock.monotonicMs() < untilMs) {
    for (const session of open) keepReading(session);
    await clock.sleep(pollMs);
  }
}

/** Takes back what `announceEnd` did to the session, so that it can be closed. */
export function allowEnd(session: ServerHttp2Session): ServerHttp2Session {
  Reflect.deleteProperty(session, "close");
  return session;
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

/** A session that sent GOAWAY while no stream was open has stopped to read: calls that are on their way would never arrive. */
function keepReading({ destroyed, socket }: ServerHttp2Session): void {
  if (destroyed) return;
  const handle = Reflect.get(socket, "_handle") as { readStart?(): number } | null | undefined;
  handle?.readStart?.();
}
