export { dataDirectory, dataFiles } from "./data-files.ts";
export { prepareData, type Preparation } from "./prepare.ts";
