#!/usr/bin/env node
// Starts the CLI on the Node 24 of this checkout, whatever node runs this file.
import { runWithNode24 } from "../../../tools/setup/bootstrap.mjs";

const main = new URL("../src/main.ts", import.meta.url);
runWithNode24(main.pathname, process.argv.slice(2));
