/** Text as a terminal may show it: control characters become escapes, so that no value can move the cursor. */
export function safeText(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === "\n"
      ? "\\n"
      : character === "\t"
        ? "\\t"
        : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
