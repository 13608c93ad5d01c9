import { mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { FeatureStoreError } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { projectFiles } from "../project-template/files.ts";

const example = `timewell init shop
cd shop
timewell dev`;

/** `timewell init [folder]`. */
export function initCommand(cli: Cli): Command {
  return cli
    .command("init [folder]", "Writes a small working project: definitions, data, settings", example)
    .action(
      cli.run(async (session, _options, folder = ".") => {
        const root = session.path(folder);
        const files = projectFiles(session.nowUs);
        const existing = [...files.keys()].filter((path) => existsSync(join(root, path)));
        if (existing.length > 0) {
          const problem = `Cannot write the project to ${root}: ${existing.join(", ")} ${existing.length === 1 ? "is" : "are"} there already`;
          throw new FeatureStoreError("INVALID_REQUEST", problem, {
            field: "folder",
            hint: "Name another folder; nothing is ever overwritten.",
          });
        }
        for (const [path, content] of files) {
          await mkdir(dirname(join(root, path)), { recursive: true });
          // `wx` fails where somebody else has just written the file.
          await writeFile(join(root, path), content, { flag: "wx" });
        }
        const next = [
          "timewell dev",
          "timewell materialize user_daily --from -30d --to now",
          "timewell get churn_v1 --key user_id=ada",
        ];
        const place = relative(session.io.cwd, root);
        const enter = place === "" ? "" : `\n  cd ${place}`;
        const [dev, ...others] = next.map((command) => `\n  ${command}`);
        await session.print(
          { folder: root, files: [...files.keys()], next },
          `Wrote ${[...files.keys()].join(", ")}.\n\nNext:\n${enter}${dev}        (leave it running, and go on in another terminal)${others.join("")}\n`,
        );
      }),
    );
}
