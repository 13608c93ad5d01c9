import { pino, type DestinationStream, type Logger } from "pino";

/** How to log. */
export interface LoggerInit {
  /** Name of the process. */
  readonly name: string;
  /** This and what is more severe. */
  readonly level: string;
  /** Which worker of the process it is, where there are several. */
  readonly worker?: number | "primary" | undefined;
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
  const log = pino(options, init.destination ?? pino.destination({ fd: 2, sync: true }));
  return init.worker === undefined ? log : log.child({ worker: init.worker });
}
