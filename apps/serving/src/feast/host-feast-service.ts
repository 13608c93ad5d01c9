import { create, toBinary } from "@bufbuild/protobuf";
import { feastServing, Privilege } from "@timewell/contracts";
import type { GrpcServer, LiveDescriptors } from "@timewell/service";

import { createFeastGet } from "./feast-get.ts";
import type { FeastPlans } from "./feast-plans.ts";
import type { FeastReader } from "./feast-reader.ts";

/** What `GetFeastServingInfo` tells: that this is no server of Feast's. */
const version = "timewell";

/** Hosts `feast.serving.ServingService`, which Feast's Go and Java clients speak. */
export function hostFeastService(
  plans: FeastPlans,
  reader: FeastReader,
  server: GrpcServer,
  descriptors: LiveDescriptors,
): void {
  const { ServingService, GetFeastServingInfoResponseSchema } = feastServing;
  const info = toBinary(
    GetFeastServingInfoResponseSchema,
    create(GetFeastServingInfoResponseSchema, { version }),
  );
  const path = (method: { readonly name: string }) => `/${ServingService.typeName}/${method.name}`;
  const access = Privilege.READ;
  const get = createFeastGet(plans, reader);
  server.register(path(ServingService.method.getOnlineFeatures), { access, handler: get });
  server.register(path(ServingService.method.getFeastServingInfo), { access, handler: () => info });
  descriptors.add(ServingService);
}
