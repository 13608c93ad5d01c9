import type { Client } from "@connectrpc/connect";
import type { FeatureRegistry, ValueType } from "@timewell/contracts";

type Types = ReadonlyMap<string, ValueType>;

const unknown: Types = new Map();

/** Types of features, as the registry has them: they decide whether 3 is an integer or a double. */
export class ViewTypes {
  readonly #registry: Pick<Client<typeof FeatureRegistry>, "getSnapshot"> | undefined;
  readonly #known = new Map<string, Promise<Types>>();

  /** Without a registry no types are known. */
  constructor(registry: Pick<Client<typeof FeatureRegistry>, "getSnapshot"> | undefined) {
    this.#registry = registry;
  }

  /** Types by feature name; empty where the view is not known, which the server will say better. Asked for once. */
  async of(project: string, view: string, version: number): Promise<Types> {
    const registry = this.#registry;
    if (registry === undefined) return unknown;
    const key = `${project}/${view}@${version}`;
    const known = this.#known.get(key) ?? this.#load(registry, project, view, version);
    this.#known.set(key, known);
    try {
      return await known;
    } catch {
      // The push itself may still work: values then say what they are.
      this.#known.delete(key);
      return unknown;
    }
  }

  /** Forgets a view, whose definition may have changed. */
  forget(project: string, view: string, version: number): void {
    this.#known.delete(`${project}/${view}@${version}`);
  }

  async #load(
    registry: Pick<Client<typeof FeatureRegistry>, "getSnapshot">,
    project: string,
    view: string,
    version: number,
  ): Promise<Types> {
    const { snapshot } = await registry.getSnapshot({ project });
    const versions = snapshot?.featureViews.find((state) => state.name === view)?.versions ?? [];
    const found =
      version === 0 ? versions.at(-1) : versions.find((candidate) => candidate.version === version);
    return new Map(found?.definition?.features.map((feature) => [feature.name, feature.type]));
  }
}
