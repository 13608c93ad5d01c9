import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import {
  describeOfflineCatalog,
  describeRegistryStore,
  describeTrainingCatalog,
} from "@timewell/store-conformance";
import { afterAll, beforeAll } from "vitest";
import { migrate } from "./migrate.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { PostgresOfflineCatalog } from "./postgres-offline-catalog.ts";
import { PostgresRegistryStore } from "./postgres-registry-store.ts";
import { PostgresTrainingCatalog } from "./postgres-training-catalog.ts";
import type { SqlDatabase } from "./sql-database.ts";

// Opening takes seconds: all tests of this file share one folder, and each leaves it empty.
let folder: string;
let database: PgliteDatabase;

beforeAll(async () => {
  folder = makeTempFolder("pglite");
  database = await PgliteDatabase.open(folder);
});

afterAll(async () => {
  await database.close();
  removeTempFolder(folder);
});

function emptyPlaces<Store>(make: (shared: SqlDatabase) => Store) {
  return async () => {
    await migrate(database);
    const shared: SqlDatabase = {
      query: (text, values) => database.query(text, values),
      script: (text) => database.script(text),
      transaction: (work, isolation) => database.transaction(work, isolation),
      close: async () => {},
    };
    return {
      open: async () => make(shared),
      dispose: () => database.script("DROP SCHEMA timewell CASCADE"),
    };
  };
}

const gaps = {
  persists: "open-pglite.test.ts tests it with another process",
  shared: "only one process opens a folder, once",
};

describeRegistryStore(
  "PostgresRegistryStore on PGlite",
  emptyPlaces((shared) => new PostgresRegistryStore("pglite", shared)),
  { gaps },
);

describeOfflineCatalog(
  "PostgresOfflineCatalog on PGlite",
  emptyPlaces((shared) => new PostgresOfflineCatalog("pglite", shared)),
  { gaps },
);

describeTrainingCatalog(
  "PostgresTrainingCatalog on PGlite",
  emptyPlaces((shared) => new PostgresTrainingCatalog("pglite", shared)),
  { gaps },
);
