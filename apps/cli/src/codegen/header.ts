import type { CodeGeneration, Language } from "./generation.ts";

/** Begins the second word of the first line of every file that `timewell gen` writes: only such files are written again. */
export const marker = "Written by `timewell gen`";

/** First line of a file. */
export function markerLine(comment: "//" | "#"): string {
  return `${comment} ${marker}; do not edit, make it again.\n`;
}

/** The first lines of a file that says what everything beside it was made from, and how to make it again. */
export function noteLines(
  comment: "//" | "#",
  generation: CodeGeneration,
  language: Language,
  more = "",
): string {
  const { project, subject, revision, registryVersion, command } = generation;
  const about = `${subject.charAt(0).toUpperCase()}${subject.slice(1)}`;
  const lines = [
    `${about} of project ${project}: revision ${revision}, read from registry version ${registryVersion}.`,
    `Make it again: ${command} --lang ${language}${more} --out DIR`,
  ];
  return `${markerLine(comment)}${lines.map((line) => `${comment} ${line}\n`).join("")}`;
}
