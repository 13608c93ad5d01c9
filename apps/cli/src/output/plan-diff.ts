import { Change_Action, type Change } from "@timewell/contracts";
import { kindName } from "../inputs/kinds.ts";
import type { Palette } from "./colour.ts";
import { safeText } from "./safe-text.ts";

/** Sign, colour and words of each action. */
const signs = new Map<Change_Action, readonly [string, keyof Palette, string]>([
  [Change_Action.CREATE, ["+", "green", "create"]],
  [Change_Action.UPDATE, ["~", "yellow", "update"]],
  [Change_Action.NEW_VERSION, ["!", "blue", "new version, served beside the old one"]],
  [Change_Action.DELETE, ["-", "red", "delete"]],
]);

/** Changes as a person reads them: a line for each definition, below it what changes inside. */
export function planDiff(changes: readonly Change[], palette: Palette): string {
  return changes
    .map((change) => {
      const [sign, colour, what] = signs.get(change.action) ?? (["?", "dim", "unknown change"] as const);
      const head = `${sign} ${kindName(change.kind)} ${safeText(change.name)}  (${what})`;
      const lines = change.details.map((detail) => `    ${detailText(detail, palette)}`);
      return [palette[colour](head), ...lines].join("\n");
    })
    .map((text) => `${text}\n`)
    .join("");
}

function detailText({ path, before, after }: Change["details"][number], palette: Palette): string {
  const name = safeText(path);
  const [from, to] = [safeText(before), safeText(after)];
  if (before === "" && after === "") return name;
  if (before === "") return `${palette.green(`+ ${name}`)}: ${to}`;
  if (after === "") return `${palette.red(`- ${name}`)}: ${from}`;
  return `${name}: ${palette.red(from)} → ${palette.green(to)}`;
}

/** `2 to create, 1 to update`. */
export function planSummary(changes: readonly Change[]): string {
  const counts = [
    [Change_Action.CREATE, "to create"],
    [Change_Action.UPDATE, "to update"],
    [Change_Action.NEW_VERSION, "with a new version"],
    [Change_Action.DELETE, "to delete"],
  ] as const;
  return counts
    .map(([action, text]) => [changes.filter((change) => change.action === action).length, text] as const)
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${count} ${text}`)
    .join(", ");
}
