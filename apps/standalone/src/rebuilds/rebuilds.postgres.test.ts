import { createDatabase } from "@timewell/setup";

import { describeRebuilds } from "./describe-rebuilds.testdata.ts";
import { postgresStores } from "./rebuild-stores.testdata.ts";

describeRebuilds("PostgreSQL", async () => postgresStores(await createDatabase()), 2);
