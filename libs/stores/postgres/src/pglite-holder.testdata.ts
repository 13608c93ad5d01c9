// A process of its own: opens the folder that it is given, saves a version each time it gets a line, and tells when it is saved.
import { createInterface } from "node:readline";
import { create } from "@bufbuild/protobuf";
import { SnapshotSchema } from "@timewell/contracts";
import { openPglite } from "./open-pglite.ts";

const { registryStore } = await openPglite(process.argv[2]!);
process.stdout.write("open\n");
let version = 0n;
for await (const _line of createInterface(process.stdin)) {
  version += 1n;
  await registryStore.save(create(SnapshotSchema, { project: "rides", version }));
  process.stdout.write(`saved ${version}\n`);
}
