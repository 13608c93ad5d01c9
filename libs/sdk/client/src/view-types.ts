import type { Client } from "@connectrpc/connect";
import type { Feature, FeatureRegistry, Snapshot, ValueType } from "@timewell/contracts";

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

  /** Types of what rows of a view hold, features or event fields, by name; empty where the view is not known, which the server will say better. Asked for once. */
  of(project: string, view: string, version: number): Promise<Types> {
    return this.#get(`${project}/${view}@${version}`, project, ({ featureViews }) => {
      const versions = featureViews.find((state) => state.name === view)?.versions ?? [];
      const found =
        version === 0 ? versions.at(-1) : versions.find((candidate) => candidate.version === version);
      const { eventFields = [], features = [] } = found?.definition ?? {};
      return eventFields.length > 0 ? eventFields : features;
    });
  }

  /** Types of what rows for several versions of a view hold; the first that has a name says its type. */
  async ofVersions(project: string, view: string, versions: readonly number[]): Promise<Types> {
    const types = await Promise.all(versions.map((version) => this.of(project, view, version)));
    return new Map(types.toReversed().flatMap((known) => [...known]));
  }

  /** Types of the request data of a service, by name; they never change. Asked for once. */
  ofRequestData(project: string, service: string): Promise<Types> {
    return this.#get(`${project}/${service}`, project, ({ featureServices }) => {
      const found = featureServices.find((state) => state.definition?.name === service);
      return found?.definition?.requestData ?? [];
    });
  }

  /** Forgets a view, whose definition may have changed. */
  forget(project: string, view: string, version: number): void {
    this.#known.delete(`${project}/${view}@${version}`);
  }

  async #get(
    key: string,
    project: string,
    fieldsOf: (snapshot: Snapshot) => readonly Typed[],
  ): Promise<Types> {
    const registry = this.#registry;
    if (registry === undefined) return unknown;
    const known = this.#known.get(key) ?? load(registry, project, fieldsOf);
    this.#known.set(key, known);
    try {
      return await known;
    } catch {
      // The call itself may still work: values then say what they are.
      this.#known.delete(key);
      return unknown;
    }
  }
}

type Typed = Pick<Feature, "name" | "type">;

async function load(
  registry: Pick<Client<typeof FeatureRegistry>, "getSnapshot">,
  project: string,
  fieldsOf: (snapshot: Snapshot) => readonly Typed[],
): Promise<Types> {
  const { snapshot } = await registry.getSnapshot({ project });
  return new Map((snapshot === undefined ? [] : fieldsOf(snapshot)).map(({ name, type }) => [name, type]));
}
