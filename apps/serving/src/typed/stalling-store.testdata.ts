import type { OnlineKeys, OnlineStore } from "@timewell/store-ports";

/** A store that can be told to hold back its answers, and to count its reads. */
export class StallingStore {
  reads = 0;
  readonly #store: OnlineStore;
  #held: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(store: OnlineStore) {
    this.#store = store;
  }

  /** Holds back every answer until `release`. */
  hold(): void {
    this.#held = Promise.withResolvers<void>();
  }

  /** Lets the answers go. */
  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  /** The store as serving sees it. */
  get asOnlineStore(): OnlineStore {
    const read = async (keys: OnlineKeys) => {
      this.reads++;
      await this.#held?.promise;
      return this.#store.read(keys);
    };
    return new Proxy(this.#store, {
      get(target, name) {
        if (name === "read") return read;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}
