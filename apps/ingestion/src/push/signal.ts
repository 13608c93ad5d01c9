/** Wakes whoever waits; a signal that nobody waits for is kept for the next one. For one who waits. */
export class Signal {
  #raised = false;
  #wake: (() => void) | undefined;

  /** Ends the wait under way, or the next one. */
  raise(): void {
    this.#raised = true;
    this.#wake?.();
  }

  /** Resolves when it is raised. */
  async wait(): Promise<void> {
    if (!this.#raised) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    this.#raised = false;
  }
}
