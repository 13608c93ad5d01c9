export { dataDirectory, dataFiles } from "./data-files.ts";
export type { Deployment } from "./deployment.ts";
export { airport, airportHourly, delayV1, route, routeDaily } from "./features.ts";
export { Materializer } from "./materializer.ts";
export { prepareData, type Preparation } from "./prepare.ts";
export { project } from "./project.ts";
export { startEmbedded } from "./start-embedded.ts";
export { untilFollowed } from "./until-followed.ts";
