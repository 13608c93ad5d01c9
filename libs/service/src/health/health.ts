/** Tells which services of a process answer. The empty name is the process as a whole. */
export class Health {
  /** Version of the app; undefined where it does not tell. */
  readonly version: string | undefined;
  readonly #serving = new Map<string, boolean>();
  readonly #listeners = new Set<() => void>();
  #draining = false;
  /** What the whole server says, where this process is one of its workers. */
  #whole: Readonly<Record<string, boolean>> | undefined;

  constructor(version?: string) {
    this.version = version;
  }

  /** Says whether a service answers. */
  set(service: string, serving: boolean): void {
    if (this.#serving.get(service) === serving) return;
    this.#serving.set(service, serving);
    this.#notify();
  }

  /** Makes a service known, without changing what was said of it before. */
  add(service: string): void {
    if (!this.#serving.has(service)) this.set(service, true);
  }

  /** From now on nothing answers any more. */
  drain(): void {
    this.#draining = true;
    this.#notify();
  }

  /** True once `drain` was called. */
  get draining(): boolean {
    return this.#draining;
  }

  /** From now on answers for the whole server instead of this process. */
  answerAs(states: Readonly<Record<string, boolean>>): void {
    this.#whole = states;
    this.#notify();
  }

  /** Which services of this process answer. */
  ownStates(): Record<string, boolean> {
    return Object.fromEntries(
      [...this.#serving].map(([name, serving]) => [name, serving && !this.#draining]),
    );
  }

  /** Whether a service answers; undefined where it is not known. The process answers when all of its services do. */
  get(service: string): boolean | undefined {
    const whole = this.#whole;
    if (whole !== undefined) {
      if (service === "") return Object.values(whole).every(Boolean);
      return Object.hasOwn(whole, service) ? whole[service] : undefined;
    }
    const serving = service === "" ? [...this.#serving.values()].every(Boolean) : this.#serving.get(service);
    return serving === undefined ? undefined : serving && !this.#draining;
  }

  /** Names of the known services, sorted. */
  services(): string[] {
    return [...this.#serving.keys()].sort();
  }

  /** Calls back after each change until the result is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
