/** Where a process leaves its CPU profile when it ends. */
export interface ProfilePlace {
  readonly folder: string;
  /** Name of the file, without its ending. Absent: what Node calls it. */
  readonly name?: string | undefined;
}

/** Flags of Node that make a process leave a CPU profile. */
export function profileFlags(place: ProfilePlace | undefined): string[] {
  if (place === undefined) return [];
  const name = place.name === undefined ? [] : [`--cpu-prof-name=${place.name}.cpuprofile`];
  return ["--cpu-prof", `--cpu-prof-dir=${place.folder}`, ...name];
}
