import { pino, type DestinationStream, type Logger } from "pino";

/** How to log. */
export interface LoggerInit {
  /** Name of the process. */
  readonly name: string;
  /** This and what is more severe. */
  readonly level: string;
  /** Where lines go. Absent: stderr. */
  readonly destination?: DestinationStream | undefined;
}

/** Makes a logger of JSON lines. Tokens never reach them: what may hold one is replaced by `[redacted]`. */
export function createLogger(init: LoggerInit): Logger {
  const secret = ["authorization", "token", "password", "secret"];
  const options = {
    name: init.name,
    level: init.level,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, init.destination ?? pino.destination({ fd: 2, sync: true }));
}
