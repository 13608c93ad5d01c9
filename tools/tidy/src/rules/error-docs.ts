import { sectionsOf } from "../markdown.ts";
import { isCode, isTest, type Rule, type SourceFile, type Violation } from "../source-file.ts";

const page = "docs/errors.md";
const kindsPath = "libs/core/errors/src/error-kinds.ts";
const codesPath = "libs/service/src/errors/error-codes.ts";

/** Where kinds are listed, not raised. */
const listings = new Set([kindsPath, codesPath]);

function kindsOf(file: SourceFile): string[] {
  const list = /errorKinds = \[([\s\S]*?)\] as const/.exec(file.text)?.[1] ?? "";
  return [...list.matchAll(/"([A-Z_]+)"/g)].map(([, kind = ""]) => kind);
}

/** Kind to gRPC code as the wire names it: `Code.NotFound` is NOT_FOUND. */
function codesOf(file: SourceFile): Map<string, string> {
  const pairs = [...file.text.matchAll(/^\s*([A-Z_]+): Code\.(\w+),$/gm)];
  return new Map(
    pairs.map(([, kind = "", code = ""]) => [
      kind,
      code === "Canceled" ? "CANCELLED" : code.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase(),
    ]),
  );
}

function checkSection(kind: string, text: string | undefined, code: string | undefined): Violation[] {
  const where = `${page} ${kind}`;
  if (text === undefined) return [{ where, message: `is missing. Add "### ${kind}".` }];
  const wanted: [boolean, string][] = [
    [text.includes(`**${code}**`), `does not say its gRPC code **${code}**`],
    [/^> \S/m.test(text), "has no example message. Quote one with >."],
    [/^Mend: \S/m.test(text), 'does not say how to mend it. Add a line "Mend: …".'],
  ];
  return wanted.filter(([holds]) => !holds).map(([, message]) => ({ where, message }));
}

/** `docs/errors.md` has the kinds that there are, with their codes, and each of them is raised somewhere. */
export const errorDocs: Rule = {
  name: "every error kind is documented with its code, and raised",
  check(files) {
    const find = (path: string) => files.find((file) => file.path === path);
    const [doc, kindsFile, codesFile] = [find(page), find(kindsPath), find(codesPath)];
    if (doc === undefined || kindsFile === undefined || codesFile === undefined) return [];
    const kinds = kindsOf(kindsFile);
    const codes = codesOf(codesFile);
    const sections = sectionsOf(doc, 3);
    const code = files.filter((file) => isCode(file) && !isTest(file) && !listings.has(file.path));
    return [
      ...kinds.flatMap((kind) => checkSection(kind, sections.get(kind), codes.get(kind))),
      ...[...sections.keys()]
        .filter((title) => !kinds.includes(title))
        .map((title) => ({ where: `${page} ${title}`, message: "is no error kind" })),
      ...kinds
        .filter((kind) => !code.some(({ text }) => text.includes(`"${kind}"`)))
        .map((kind) => ({ where: kindsPath, message: `${kind} is raised nowhere. Remove it.` })),
    ];
  },
};
