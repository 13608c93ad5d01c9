import { createRouterTransport, type ConnectRouter, type Transport } from "@connectrpc/connect";
import { callInterceptor } from "./call-interceptor.ts";

/** Calls the routes of another app of the same process: no port, no tokens, no deadline but the caller's own, errors as over the wire. */
export function createInProcessTransport(routes: (router: ConnectRouter) => void): Transport {
  return createRouterTransport(routes, { router: { interceptors: [callInterceptor()] } });
}
