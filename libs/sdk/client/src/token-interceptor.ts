import type { Interceptor } from "@connectrpc/connect";

/** Shows a token with every call. */
export function tokenInterceptor(token: string | undefined): Interceptor {
  return (next) => (request) => {
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}
