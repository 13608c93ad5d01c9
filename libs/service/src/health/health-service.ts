import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { grpcHealthV1 } from "@timewell/contracts";
import type { Health } from "./health.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = grpcHealthV1.HealthCheckResponse_ServingStatus;

/** The public health interface over a process' own health. */
export function healthService(health: Health): ServiceImpl<typeof grpcHealthV1.Health> {
  const statusOf = (service: string) => {
    const serving = health.get(service);
    return serving === undefined ? undefined : serving ? SERVING : NOT_SERVING;
  };
  return {
    check({ service }) {
      const status = statusOf(service);
      if (status === undefined)
        throw new ConnectError(`no service ${JSON.stringify(service)} is here`, Code.NotFound);
      return { status };
    },
    list() {
      const names = ["", ...health.services()];
      const statuses = names.map((name) => {
        const status = statusOf(name) ?? SERVICE_UNKNOWN;
        return [name, create(grpcHealthV1.HealthCheckResponseSchema, { status })] as const;
      });
      return { statuses: Object.fromEntries(statuses) };
    },
    async *watch({ service }, context: HandlerContext) {
      let changed = Promise.withResolvers<void>();
      const wake = () => changed.resolve();
      const unsubscribe = health.subscribe(wake);
      context.signal.addEventListener("abort", wake);
      try {
        for (let last: number | undefined; !context.signal.aborted;) {
          const status = statusOf(service) ?? SERVICE_UNKNOWN;
          changed = Promise.withResolvers<void>();
          if (status !== last) yield { status };
          else await changed.promise;
          last = status;
        }
      } finally {
        unsubscribe();
        context.signal.removeEventListener("abort", wake);
      }
    },
  };
}
