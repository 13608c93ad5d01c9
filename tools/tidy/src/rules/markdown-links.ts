import { anchorsOf, type PageLink, pageLinks } from "../markdown.ts";
import type { Rule, SourceFile } from "../source-file.ts";

function problem(link: PageLink, files: ReadonlyMap<string, SourceFile>, folders: ReadonlySet<string>) {
  const file = files.get(link.path);
  if (file === undefined)
    return folders.has(link.path) ? undefined : `links to ${link.path}, which is not there`;
  if (link.anchor !== "" && !anchorsOf(file).has(link.anchor))
    return `links to #${link.anchor}, a heading that ${link.path} does not have`;
  const symbol = /^`(\w+)`$/.exec(link.text)?.[1];
  if (symbol !== undefined && !new RegExp(`\\b${symbol}\\b`).test(file.text))
    return `says that ${symbol} is in ${link.path}, which does not name it`;
  return undefined;
}

function foldersOf(files: readonly SourceFile[]): Set<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/");
    for (let length = 1; length < parts.length; length++) folders.add(parts.slice(0, length).join("/"));
  }
  return folders;
}

/** A link of a page leads somewhere; where its text is one `symbol`, the file has it. */
export const markdownLinks: Rule = {
  name: "every link of a markdown file leads to what it says",
  check(files) {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const folders = foldersOf(files);
    return files
      .filter((file) => file.path.endsWith(".md"))
      .flatMap((page) =>
        pageLinks(page).flatMap((link) => {
          const message = problem(link, byPath, folders);
          return message === undefined ? [] : [{ where: `${page.path}:${link.line}`, message }];
        }),
      );
  },
};
