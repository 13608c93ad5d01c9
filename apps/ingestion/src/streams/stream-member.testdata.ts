// One process that reads the topic of a test until it is killed: node stream-member.testdata.ts <database> <brokers> <topic>
import { openPostgres } from "@timewell/store-postgres";

import { streamDefinitions } from "./stream-view.testdata.ts";
import { clock, StreamWorld } from "./stream-world.testdata.ts";
import { ViewStream } from "./view-stream.ts";

const [database = "", brokers = "", topic = ""] = process.argv.slice(2);
const { ingestLog } = await openPostgres(database, { clock });
const world = new StreamWorld(brokers, topic, streamDefinitions({ topic }), ingestLog);
const { deps } = world.member();
const applier = { backlogRows: () => 0n, wake: () => undefined };
const stream = new ViewStream(deps, applier, world.kafka, world.view);
process.stdout.write(`reads ${stream.topic}\n`);
