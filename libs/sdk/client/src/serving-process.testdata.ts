// A server as a process of its own, which a test can stop in its tracks. It prints its address.
import { startServer } from "./serving-server.testdata.ts";

const { url } = await startServer(() => ({ engine: "process" }));
process.stdout.write(`${url}\n`);
