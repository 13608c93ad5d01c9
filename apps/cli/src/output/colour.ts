import { styleText } from "node:util";
import type { CliIo } from "../cli-io.ts";

/** Wraps text in colours, or leaves it as it is. */
export interface Palette {
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  blue(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** Colours where they help: at a terminal, unless NO_COLOR is set; FORCE_COLOR asks for them anywhere. */
export function paletteFor(io: Pick<CliIo, "env">, isTerminal: boolean): Palette {
  const forced = io.env["FORCE_COLOR"];
  const wanted = isTerminal || (forced !== undefined && forced !== "" && forced !== "0");
  const isOn = wanted && (io.env["NO_COLOR"] ?? "") === "";
  const paint = (style: Parameters<typeof styleText>[0]) => (text: string) =>
    isOn ? styleText(style, text, { validateStream: false }) : text;
  return {
    green: paint("green"),
    yellow: paint("yellow"),
    red: paint("red"),
    blue: paint("cyan"),
    dim: paint("dim"),
    bold: paint("bold"),
  };
}
