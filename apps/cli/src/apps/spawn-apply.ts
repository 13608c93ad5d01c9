import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Session } from "../session.ts";

const mainPath = fileURLToPath(import.meta.resolve("../main.ts"));

/** Applies definitions in a fresh process: a module that was changed cannot be loaded a second time in the same one. */
export async function spawnApply(session: Session, definitions: string, python?: string): Promise<void> {
  const { settings, io } = session;
  const flags = ["--project", settings.project, "--registry", settings.registry];
  if (python !== undefined) flags.push("--python", python);
  const child = spawn(process.execPath, [mainPath, "apply", definitions, ...flags], {
    cwd: settings.baseDir,
    env: {
      ...io.env,
      TIMEWELL_OUTPUT: "table",
      ...(settings.token !== "" && { TIMEWELL_TOKEN: settings.token }),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  await once(child, "exit");
}
