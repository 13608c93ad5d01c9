import type { Rule, SourceFile, Violation } from "../source-file.ts";

function checkFile(file: SourceFile): Violation[] {
  const withoutCode = file.text.replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, "");
  const titles = withoutCode.split("\n").filter((line) => /^# /.test(line));
  if (titles.length === 1 && withoutCode.trimStart().startsWith("# ")) return [];
  const message = `has ${titles.length} titles. Begin with one "# Title" and use "##" below it.`;
  return [{ where: file.path, message }];
}

/** A page has one title, at its top. */
export const markdownTitles: Rule = {
  name: "every markdown file has one title",
  check: (files) => files.filter((file) => file.path.endsWith(".md")).flatMap(checkFile),
};
