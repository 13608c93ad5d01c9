import { aptInstall } from "./apt-install.ts";
import { findBinary } from "./find-binary.ts";

const debianPackage = "nghttp2-client";

/**
 * The path of `h2load`, the HTTP/2 load generator of nghttp2. It is installed where this process is root on a machine with
 * apt-get; throws with a line on how to install it elsewhere.
 */
export function ensureLoadGenerator(): string {
  const found = findBinary("h2load");
  if (found !== undefined) return found;
  const installed = aptInstall([debianPackage]) ? findBinary("h2load") : undefined;
  if (installed !== undefined) return installed;
  throw new Error(
    `Cannot find h2load on this machine: the load comes from it. On Debian or Ubuntu run ` +
      `"sudo apt-get install --no-install-recommends ${debianPackage}"; elsewhere put h2load of nghttp2 in the PATH.`,
  );
}
