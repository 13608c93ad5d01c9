/** The values of a metric in Prometheus text, by its labels as they are printed. */
export function metricValues(text: string, name: string): Map<string, number> {
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(name.length, end), Number(line.slice(end + 1))];
    }),
  );
}
