import ts from "typescript";
import { pageLinks, sectionsOf } from "../markdown.ts";
import { isCode, parse, placeOf, type Rule, type SourceFile, type Violation, walk } from "../source-file.ts";

const page = "docs/semantics.md";

/** A number that a test's title names. */
interface NamedNumber {
  readonly file: SourceFile;
  readonly number: number;
  readonly where: string;
}

/** What a page says of a number. */
interface Statement {
  readonly number: number;
  /** True where no code keeps it yet. */
  readonly isLater: boolean;
  /** Files that prove it. */
  readonly tests: readonly string[];
}

function namedNumbers(file: SourceFile): NamedNumber[] {
  if (!file.text.includes("(semantics ")) return [];
  const found: NamedNumber[] = [];
  walk(parse(file), (node) => {
    if (!ts.isCallExpression(node) || !/^(it|test|describe)\b/.test(node.expression.getText())) return;
    const [title] = node.arguments;
    if (title === undefined || !/^["'`]/.test(title.getText())) return;
    for (const [, list = ""] of title.getText().matchAll(/\(semantics ([\d, ]+)\)/g))
      for (const number of list.split(","))
        found.push({ file, number: Number(number), where: placeOf(file, node) });
  });
  return found;
}

function statements(file: SourceFile): Statement[] {
  return [...sectionsOf(file, 2)].flatMap(([title, text]) => {
    const number = /^(\d+)\. /.exec(title)?.[1];
    if (number === undefined) return [];
    const links = pageLinks({ path: file.path, text }).map(({ path }) => path);
    return [
      {
        number: Number(number),
        isLater: text.includes("**Comes later.**"),
        tests: [...new Set(links)].filter((path) => /\.ts$/.test(path)),
      },
    ];
  });
}

function checkStatement(
  { number, isLater, tests }: Statement,
  provers: ReadonlySet<string> | undefined,
): Violation[] {
  const where = `${page} ${number}`;
  if (isLater) return [];
  if (provers === undefined)
    return [{ where, message: `no test has (semantics ${number}) in its title. Write one.` }];
  return [
    ...(tests.length === 0 ? [{ where, message: "names no test. Link the files that prove it." }] : []),
    ...tests
      .filter((path) => !provers.has(path))
      .map((path) => ({ where, message: `links ${path}, where no title has (semantics ${number})` })),
  ];
}

/** The numbers of `docs/semantics.md` and those in titles of tests are the same ones. */
export const semanticsNumbers: Rule = {
  name: "every number of docs/semantics.md has a test that names it, and the reverse",
  check(files) {
    const file = files.find(({ path }) => path === page);
    if (file === undefined) return [];
    const stated = statements(file);
    const known = new Set(stated.map(({ number }) => number));
    const named = files.filter(isCode).flatMap(namedNumbers);
    const provers = Map.groupBy(named, ({ number }) => number);
    return [
      ...named
        .filter(({ number }) => !known.has(number))
        .map(({ number, where }) => ({ where, message: `${page} has no number ${number}` })),
      ...stated.flatMap((statement) => {
        const paths = provers.get(statement.number)?.map((prover) => prover.file.path);
        return checkStatement(statement, paths === undefined ? undefined : new Set(paths));
      }),
    ];
  },
};
