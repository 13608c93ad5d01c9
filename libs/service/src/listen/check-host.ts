import { isLoopback } from "./is-loopback.ts";

/**
 * True where a request was meant for this machine by name. A web page that a browser on this machine shows may make its own
 * host name point here; without tokens nothing else tells such a request from an honest one.
 */
export function isLocalHost(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  return isLoopback(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, ""));
}
