/** What the command tells the shell. */
export const exitCodes = {
  /** Done. */
  ok: 0,
  /** Something failed, and the error says what. */
  error: 1,
  /** `plan` found changes. */
  changes: 2,
  /** The command line itself is wrong; `plan` answers 1 instead, so that 2 always means changes there. */
  usage: 2,
  /** Interrupted, as shells count it. */
  interrupted: 130,
} as const;
