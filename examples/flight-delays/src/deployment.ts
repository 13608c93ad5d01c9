/** Timewell, running somewhere. */
export interface Deployment {
  /** What runs, for people. */
  readonly description: string;
  readonly registryUrl: string;
  readonly servingUrl: string;
  readonly retrievalUrl: string;
  readonly ingestionUrl: string;
  /** Ends every process of it in good order. */
  stop(): Promise<void>;
}

/** How to start a deployment. */
export interface DeploymentOptions {
  /** Empty folder for everything that it keeps. */
  readonly stateDirectory: string;
  /** Folder of the source and label files. */
  readonly dataRoot: string;
  /** Listen on the usual ports, 7401 to 7404 and 6566, instead of free ones; embedded only. */
  readonly usualPorts?: boolean;
  /** Further flags of the app; embedded only. */
  readonly flags?: readonly string[];
}

/** How long an app may take until it is ready, ms. */
export const readyTimeoutMs = 60_000;
