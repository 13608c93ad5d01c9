import type { Rule, SourceFile, Violation } from "../source-file.ts";

const commandFile = /^apps\/cli\/src\/commands\/[\w-]+\.ts$/;
const sharedFile = "apps/cli/src/cli.ts";

/** A command line as a page shows it. */
interface Shown {
  readonly command: string;
  readonly flags: readonly string[];
  readonly where: string;
}

function flagsIn(text: string): string[] {
  return [...text.matchAll(/option\(\s*"(--[a-z-]+)/g)].map(([, flag = ""]) => flag);
}

/** Command to its flags; `serve` passes flags on, so that any is one of its own. */
function commandsOf(files: readonly SourceFile[]): Map<string, ReadonlySet<string> | undefined> {
  const shared = flagsIn(files.find(({ path }) => path === sharedFile)?.text ?? "");
  return new Map(
    files
      .filter(({ path }) => commandFile.test(path))
      .flatMap(({ text }) => {
        const name = /(?:\.command\(\s*|new Command\()"([a-z-]+)/.exec(text)?.[1];
        if (name === undefined) return [];
        const flags = text.includes("allowUnknownOption")
          ? undefined
          : new Set([...shared, ...flagsIn(text)]);
        return [[name, flags] as const];
      }),
  );
}

/** Command lines in code spans and at the start of lines in code blocks. */
function shownBy(page: SourceFile): Shown[] {
  return page.text.split("\n").flatMap((line, index) =>
    [...line.matchAll(/(?:^|`)(?:npm run timewell -- |timewell )([a-z][a-z-]*)([^`]*)/g)].map(
      ([, command = "", rest = ""]) => ({
        command,
        flags: [...(rest.split(" # ")[0] ?? "").matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag),
        where: `${page.path}:${index + 1}`,
      }),
    ),
  );
}

function check({ command, flags, where }: Shown, commands: ReturnType<typeof commandsOf>): Violation[] {
  if (!commands.has(command)) return [{ where, message: `shows timewell ${command}, which is no command` }];
  const known = commands.get(command);
  return flags
    .filter((flag) => known !== undefined && !known.has(flag))
    .map((flag) => ({ where, message: `shows timewell ${command} ${flag}, which is no flag of it` }));
}

/** Pages show commands and flags of the command line tool that there are. */
export const cliDocs: Rule = {
  name: "every command that a markdown file shows exists, with its flags",
  check(files) {
    const commands = commandsOf(files);
    if (commands.size === 0) return [];
    return files
      .filter(({ path }) => path.endsWith(".md") && path !== "CHANGELOG.md")
      .flatMap(shownBy)
      .flatMap((shown) => check(shown, commands));
  },
};
