import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { grpcPythonPackages, pythonEnvironment, removeTempFolder } from "@timewell/setup";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makeCodeFolder, npmProgram, runIn, writeFiles } from "./code-folder.testdata.ts";
import { describePushGeneration } from "./describe-push-generation.ts";
import { generateProto } from "./generate-proto.ts";
import { generatePython } from "./generate-python.ts";
import { generateTypescript } from "./generate-typescript.ts";
import { projectOf, shop } from "./project.testdata.ts";

const timeout = 120_000;
const folder = makeCodeFolder();
afterAll(() => removeTempFolder(folder));

const project = projectOf("shop", shop);
const generations = ["user_daily", "item_stock"].map((view) => describePushGeneration(project, view, 0));

describe("code of typed pushes", () => {
  test(
    "proto text says what the server hosts, with the descriptions of the definitions",
    async () => {
      const root = join(folder, "proto");
      mkdirSync(root);
      for (const generation of generations) writeFiles(root, generateProto(generation));
      await runIn(root, npmProgram("buf"), "build", "-o", join(folder, "buf.binpb"));
      const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(join(folder, "buf.binpb")));
      const hosted = file.flatMap(({ service }) => service);
      expect(hosted.map(({ name }) => name).toSorted()).toEqual(["ItemStockV1", "UserDailyV1"]);
      const streams = hosted[0]!.method.map((method) => [
        method.name,
        method.clientStreaming,
        method.serverStreaming,
      ]);
      expect(streams).toEqual([
        ["Push", false, false],
        ["PushStream", true, true],
      ]);
      const files = new Map(generateProto(generations[0]!).map(({ path, content }) => [path, content]));
      expect(files.get("timewell/ingest/shop/user_daily_v1/messages.proto")).toContain(
        "  // Orders of the day.\n  optional int64 orders = 1;",
      );
      const service = files.get("timewell/ingest/shop/user_daily_v1.proto")!;
      expect(service.split("\n").slice(1, 3)).toEqual([
        "// Pushes to feature view user_daily version 1 of project shop: revision 1, read from registry version 1.",
        "// Make it again: timewell gen --push user_daily@1 --project shop --lang proto --out DIR",
      ]);
    },
    timeout,
  );

  test(
    "TypeScript is taken by the strictest compiler, and Python by its interpreter and by mypy",
    async () => {
      const imports: string[] = [];
      for (const generation of generations) {
        writeFiles(join(folder, "src"), await generateTypescript(generation, "ts"));
        const { name, version } = generation.pushed;
        imports.push(`import "./src/${generation.descriptor.file.name}_pb.ts";\n`);
        imports.push(`import "./src/${name}_v${version}_push_client.ts";\n`);
      }
      writeFiles(folder, [{ path: "all.ts", content: imports.join("") }]);
      await runIn(folder, npmProgram("tsc"), "-p", ".");
      await runIn(folder, process.execPath, "all.ts");
      const python = await pythonEnvironment(grpcPythonPackages);
      writeFiles(join(folder, "pushes"), await generatePython(generations[0]!, python));
      const program = [
        "from pushes.timewell.ingest.shop.user_daily_v1 import messages_pb2 as m",
        "from pushes.timewell.ingest.shop import user_daily_v1_pb2_grpc as g",
        "r = m.Row(keys=m.Keys(user_id='ada'), features=m.UserDailyV1(orders=3), event_time_us=5)",
        "assert m.PushRequest(rows=[r], wait=m.WAIT_ONLINE).rows[0].HasField('event_time_us')",
        "assert g.UserDailyV1Stub",
      ];
      await runIn(folder, python, "-c", program.join("\n"));
      await runIn(folder, python, "-m", "mypy", "--strict", "pushes/user_daily_v1_push_client.py");
    },
    timeout,
  );
});
