import { expiryOption, ingestionOptions } from "@timewell/ingestion";
import { addressOption, offlineOptions, pathOption, serviceOptions } from "@timewell/service";
import { servingOptions } from "@timewell/serving";

const { listen: _one, ...sharedOptions } = serviceOptions("127.0.0.1:7401");
const { offlineDir: _offlineDir, tempDir: _tempDir, ...workOptions } = offlineOptions();

/** Options of the standalone app: all four services on embedded engines, everything in one folder. */
export const standaloneOptions = {
  registryListen: addressOption({
    describe: "Address of FeatureRegistry",
    default: "127.0.0.1:7401" as string,
  }),
  servingListen: addressOption({ describe: "Address of OnlineServing", default: "127.0.0.1:7402" as string }),
  retrievalListen: addressOption({
    describe: "Address of OfflineRetrieval",
    default: "127.0.0.1:7403" as string,
  }),
  ingestionListen: addressOption({ describe: "Address of Ingestion", default: "127.0.0.1:7404" as string }),
  ...sharedOptions,
  ...servingOptions,
  ...ingestionOptions,
  expiry: expiryOption("none"),
  dataDir: pathOption({ describe: "Keep everything in this folder", default: ".timewell" }),
  ...workOptions,
  offlineDir: pathOption({
    describe: "Folder of Parquet segments and uploaded labels; default: offline in --data-dir",
  }),
  tempDir: pathOption({ describe: "Folder where joins spill to; default: tmp in --data-dir" }),
};
