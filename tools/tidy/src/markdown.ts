import type { SourceFile } from "./source-file.ts";

/** A link of a page to something in the repository. */
export interface PageLink {
  readonly text: string;
  /** Path from the repository's root; the page itself where the link has only an anchor. */
  readonly path: string;
  /** Without `#`; empty where there is none. */
  readonly anchor: string;
  readonly line: number;
}

/** A page's text with its code blocks blanked, line for line. */
export function withoutCodeBlocks(text: string): string {
  return text.replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, (block) => block.replace(/[^\n]/g, ""));
}

/** Links of a page to files of the repository, not to the web. */
export function pageLinks(page: SourceFile): PageLink[] {
  const folder = page.path.split("/").slice(0, -1);
  return withoutCodeBlocks(page.text)
    .split("\n")
    .flatMap((text, index) =>
      [...text.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)]
        .filter(([, , target]) => !/^[a-z]+:/.test(target ?? ""))
        .map(([, label = "", target = ""]) => {
          const [file = "", anchor = ""] = target.split("#", 2);
          const path = file === "" ? page.path : joinPath(folder, file);
          return { text: label, path, anchor, line: index + 1 };
        }),
    );
}

/** Anchors of a page's headings, as code hosts make them. */
export function anchorsOf(page: SourceFile): Set<string> {
  const headings = [...withoutCodeBlocks(page.text).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => title);
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replace(/\s/g, "-"),
    ),
  );
}

/** Sections of a page below `level` marks of a heading: title to text. */
export function sectionsOf(page: SourceFile, level: number): Map<string, string> {
  const mark = `${"#".repeat(level)} `;
  const sections = new Map<string, string>();
  let title: string | undefined;
  for (const line of withoutCodeBlocks(page.text).split("\n")) {
    if (line.startsWith(mark)) title = line.slice(mark.length);
    else if (/^#+ /.test(line) && line.indexOf(" ") < level) title = undefined;
    if (title !== undefined) sections.set(title, `${sections.get(title) ?? ""}${line}\n`);
  }
  return sections;
}

function joinPath(folder: readonly string[], target: string): string {
  const parts = [...folder];
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
