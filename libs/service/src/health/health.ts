/** Tells which services of a process answer. The empty name is the process as a whole. */
export class Health {
  /** Version of the app; undefined where it does not tell. */
  readonly version: string | undefined;
  readonly #serving = new Map<string, boolean>();
  readonly #listeners = new Set<() => void>();
  #draining = false;

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

  /** Whether a service answers; undefined where it is not known. The process answers when all of its services do. */
  get(service: string): boolean | undefined {
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
