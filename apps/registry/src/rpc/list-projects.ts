import type { RegistryStore } from "@timewell/store-ports";

/** Lists the projects, by name. */
export async function listProjects(store: RegistryStore) {
  const projects = await store.listProjects();
  return { projects: projects.map(({ project, version }) => ({ name: project, version })) };
}
