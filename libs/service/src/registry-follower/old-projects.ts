import type { Client } from "@connectrpc/connect";
import { fromConnectError } from "@timewell/client";
import type { FeatureRegistry } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileProject, type CompiledProject } from "@timewell/model";

/** Most compiled versions that are held. */
const projectsMax = 16;

/** How long the registry may take to answer, ms. */
const timeoutMs = 10_000;

/** A registry that knows the project, and not the version, says INVALID_REQUEST. */
const notFoundKinds = new Set(["PROJECT_NOT_FOUND", "INVALID_REQUEST"]);

/** Versions of projects that are not current any more, read from the registry and compiled; the last few are held. */
export class OldProjects {
  readonly #client: Pick<Client<typeof FeatureRegistry>, "getSnapshot">;
  /** The one used last is the last. */
  readonly #projects = new Map<string, Promise<CompiledProject>>();

  constructor(client: Pick<Client<typeof FeatureRegistry>, "getSnapshot">) {
    this.#client = client;
  }

  /** PROJECT_NOT_FOUND where there is no such version, REGISTRY_UNAVAILABLE where the registry does not answer. */
  projectAt(name: string, version: bigint): Promise<CompiledProject> {
    const key = `${name}@${version}`;
    const found = this.#projects.get(key) ?? this.#load(name, version);
    this.#projects.delete(key);
    this.#projects.set(key, found);
    found.catch(() => this.#projects.delete(key));
    const [oldest] = this.#projects.keys();
    if (this.#projects.size > projectsMax && oldest !== undefined) this.#projects.delete(oldest);
    return found;
  }

  async #load(project: string, version: bigint): Promise<CompiledProject> {
    const { snapshot } = await this.#client
      .getSnapshot({ project, version }, { timeoutMs })
      .catch((cause: unknown) => {
        const error = fromConnectError(cause, "FeatureRegistry");
        throw notFoundKinds.has(error.kind) ? notFound(project, version, cause) : error;
      });
    if (snapshot === undefined) throw notFound(project, version, undefined);
    return compileProject(snapshot);
  }
}

function notFound(project: string, version: bigint, cause: unknown): FeatureStoreError {
  return new FeatureStoreError(
    "PROJECT_NOT_FOUND",
    `Cannot find version ${version} of project ${JSON.stringify(project)}`,
    { field: "project", hint: "Check that the registry is the one that this server has always used", cause },
  );
}
