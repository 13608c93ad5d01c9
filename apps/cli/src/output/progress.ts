import type { CliIo } from "../cli-io.ts";
import { durationText } from "./time-text.ts";

const redrawMs = 100;
const plainLineMs = 5_000;
const barColumns = 24;

/** How far a long work is. */
export interface Step {
  readonly done: number;
  /** 0 or undefined: not known. */
  readonly total?: number | undefined;
}

/** Shows on stderr how far a long work is: a bar at a terminal, else a line every few seconds. */
export class Progress {
  private readonly io: CliIo;
  private readonly label: string;
  private readonly unit: string;
  private readonly startMs: number;
  private shownMs: number;
  private isDrawn = false;

  constructor(io: CliIo, label: string, unit = "rows") {
    this.io = io;
    this.label = label;
    this.unit = unit;
    this.startMs = io.clock.monotonicMs();
    this.shownMs = io.errIsTerminal ? Number.NEGATIVE_INFINITY : this.startMs;
  }

  /** Tells of progress; shows it unless it has just done so. */
  update(step: Step): void {
    const nowMs = this.io.clock.monotonicMs();
    if (nowMs - this.shownMs < (this.io.errIsTerminal ? redrawMs : plainLineMs)) return;
    this.shownMs = nowMs;
    if (!this.io.errIsTerminal) {
      this.io.err(`${this.lineFor(step, nowMs)}\n`);
      return;
    }
    this.isDrawn = true;
    this.io.err(`\r\u001b[2K${this.lineFor(step, nowMs, true).slice(0, Math.max(20, this.io.columns - 1))}`);
  }

  /** Takes the bar away; what has come of the work is told elsewhere. */
  finish(): void {
    if (this.isDrawn) this.io.err("\r\u001b[2K");
    this.isDrawn = false;
  }

  private lineFor({ done, total = 0 }: Step, nowMs: number, withBar = false): string {
    const seconds = Math.max(0.001, (nowMs - this.startMs) / 1000);
    const perSecond = done / seconds;
    const rate = `${count(perSecond)} ${this.unit}/s`;
    if (total <= 0) return `${this.label}  ${count(done)} ${this.unit}  ${rate}`;
    const share = Math.min(1, done / total);
    const filled = Math.round(share * barColumns);
    const bar = withBar ? `${"█".repeat(filled)}${"░".repeat(barColumns - filled)} ` : "";
    const eta =
      perSecond > 0 ? `  ETA ${durationText(((total - Math.min(done, total)) / perSecond) * 1000)}` : "";
    const percent = `${Math.floor(share * 100)}%`;
    return `${this.label}  ${bar}${percent}  ${count(done)} of ${count(total)} ${this.unit}  ${rate}${eta}`;
  }
}

/** A whole number with commas: 1,234,567. */
export function count(value: number | bigint): string {
  return (typeof value === "bigint" ? value : Math.round(value)).toLocaleString("en-US");
}
