/** `dataDir` → `--data-dir`. */
export function flagName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `dataDir` → `TIMEWELL_DATA_DIR`. */
export function variableName(option: string): string {
  return `TIMEWELL_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
