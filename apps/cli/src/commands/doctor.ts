import type { Command } from "commander";
import type { Check } from "../checks/check.ts";
import { runChecks } from "../checks/run-checks.ts";
import type { Cli } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Palette } from "../output/colour.ts";
import { safeText } from "../output/safe-text.ts";

const example = `timewell doctor

ok    registry: serving at http://127.0.0.1:7401
fail  serving: cannot be reached at http://127.0.0.1:7402: ECONNREFUSED
      Start it with \`timewell serve serving\` (or all four with \`timewell serve standalone\`), or say where it is with --serving URL.

Exit code 1 where a check fails.`;

/** `timewell doctor`. */
export function doctorCommand(cli: Cli): Command {
  return cli.command("doctor", "Checks what commonly goes wrong, and says how to mend it", example).action(
    cli.run(async (session) => {
      const checks = await runChecks(session);
      const failed = checks.filter((check) => check.result === "fail").length;
      const warned = checks.filter((check) => check.result === "warn").length;
      const summary = `${checks.length - failed - warned} ok, ${warned} to look at, ${failed} failed\n`;
      const lines = checks.map((check) => lineOf(check, session.palette)).join("");
      await session.print({ ok: failed === 0, checks }, `${lines}\n${summary}`);
      return failed === 0 ? exitCodes.ok : exitCodes.error;
    }),
  );
}

function lineOf({ name, result, message, mend }: Check, palette: Palette): string {
  const colour = ({ ok: "green", warn: "yellow", fail: "red" } as const)[result];
  const head = `${palette[colour](result.padEnd(4))}  ${palette.bold(safeText(name))}: ${safeText(message)}\n`;
  return mend === "" ? head : `${head}      ${safeText(mend)}\n`;
}
