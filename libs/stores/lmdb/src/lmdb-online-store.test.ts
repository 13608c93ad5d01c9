import { describeOnlineStore } from "@timewell/store-conformance";
import { openLmdbOnlineStore } from "./lmdb-online-store.ts";
import { temporaryFolder } from "./temporary-folder.testdata.ts";

describeOnlineStore(
  "LMDB",
  async (clock) => {
    const { path, remove } = await temporaryFolder();
    return { open: () => openLmdbOnlineStore({ path, clock }), dispose: remove };
  },
  { gaps: { expires: "LMDB has no expiry; `timewell gc` removes old rows" } },
);
