export { createRegistryServer, type RegistryServer } from "./server.ts";
export type { RegistryDeps, RegistryLog } from "./registry-deps.ts";
