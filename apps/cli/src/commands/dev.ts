import { watch } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Command } from "commander";
import { readableLogLine } from "../apps/app-log.ts";
import { startApp, type ChildApp } from "../apps/child-app.ts";
import { spawnApply } from "../apps/spawn-apply.ts";
import type { Cli } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { option } from "../option.ts";
import { paletteFor } from "../output/colour.ts";
import type { Session } from "../session.ts";
import { serviceNames } from "../settings.ts";

const example = `timewell dev
timewell dev features.ts --data-dir .timewell`;

/** Changes of one save come in several events. */
const settleMs = 200;

interface Options {
  readonly dataDir?: string;
  readonly dataRoot?: string;
  readonly python?: string;
}

/** `timewell dev [definitions]`. */
export function devCommand(cli: Cli): Command {
  return cli
    .command(
      "dev [definitions]",
      "Runs all four services here, and applies definitions whenever they change",
      example,
    )
    .addOption(option("--data-dir <folder>", "where everything is kept [.timewell]"))
    .addOption(option("--data-root <folder>", "where source files are [beside the definitions]"))
    .addOption(option("--python <program>", "Python that has timewell, for definitions in Python [python3]"))
    .action(
      cli.run<Options>(async (session, options, file) => {
        const definitions = file === undefined ? session.settings.definitions : session.path(file);
        const app = startApp("standalone", standaloneFlags(session, options, definitions), {
          env: session.io.env,
          cwd: session.settings.baseDir,
          output: "pipe",
        });
        session.io.signal.addEventListener("abort", () => app.stop(), { once: true });
        const palette = paletteFor(session.io, session.io.errIsTerminal);
        showLog(app.process.stderr, (line) => session.note(readableLogLine(line, palette)));
        if (!(await isReady(app))) {
          return session.io.signal.aborted ? exitCodes.interrupted : exitCodes.error;
        }
        const places = serviceNames
          .map((name) => `  ${name.padEnd(10)} ${session.settings[name]}\n`)
          .join("");
        session.note(
          `${palette.green("Ready.")} Ctrl-C ends it.\n${places}Applying ${definitions} whenever it changes.`,
        );
        const watcher = watchDefinitions(definitions, () => spawnApply(session, definitions, options.python));
        session.io.signal.addEventListener("abort", () => watcher.close(), { once: true });
        const code = await app.ended;
        watcher.close();
        return session.io.signal.aborted ? exitCodes.ok : code;
      }),
    );
}

function standaloneFlags(session: Session, options: Options, definitions: string): string[] {
  const { settings } = session;
  const listen = serviceNames.flatMap((name) => [`--${name}-listen`, new URL(settings[name]).host]);
  const dataDir = options.dataDir === undefined ? ".timewell" : session.path(options.dataDir);
  const dataRoot = options.dataRoot === undefined ? dirname(definitions) : session.path(options.dataRoot);
  return [...listen, "--data-dir", dataDir, "--data-root", dataRoot];
}

function showLog(stream: Readable | null, show: (line: string) => void): void {
  if (stream !== null) createInterface(stream).on("line", show);
}

/** Waits for the line in which the app says that it is ready; false where it ended before. */
async function isReady(app: ChildApp): Promise<boolean> {
  const { stdout } = app.process;
  if (stdout === null) return false;
  for await (const line of createInterface(stdout)) {
    if (!line.includes('"ready":true')) continue;
    stdout.resume();
    return true;
  }
  return false;
}

/** Applies at once and after every change, one apply after the other. */
function watchDefinitions(path: string, apply: () => Promise<void>): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let running = apply();
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (running = running.then(apply)), settleMs);
  };
  // Editors replace the file, so its folder is watched; modules that it imports lie there too.
  const watcher = watch(dirname(path), (_event, name) => {
    if (name !== null && /\.(m?[tj]s|py)$/.test(name)) later();
  });
  return {
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
