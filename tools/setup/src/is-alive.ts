/** True where there is a process with this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, it only belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
