import { resolve } from "node:path";
import type { CallTimings, TimewellClient, TrainingSet, TrainingSetInit } from "@timewell/client";
import { compileProject, type CompiledProject } from "@timewell/model";
import type { CliIo } from "./cli-io.ts";
import { connect } from "./clients.ts";
import { notFoundProject } from "./errors/not-found-project.ts";
import { paletteFor, type Palette } from "./output/colour.ts";
import { toJsonText } from "./output/json.ts";
import type { ServiceName, Settings } from "./settings.ts";

/** What one command works with. */
export class Session {
  readonly io: CliIo;
  readonly settings: Settings;
  /** True where stdout gets one JSON document. */
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  /** Colours of stdout. */
  readonly palette: Palette;
  /** The service that was called last; an error is about it. */
  lastService: ServiceName | undefined;
  /** Where the time of each call went, for `--verbose`. */
  readonly calls: CallTimings[] = [];
  private client: TimewellClient | undefined;

  constructor(
    io: CliIo,
    settings: Settings,
    flags: { readonly isJson: boolean; readonly isVerbose: boolean },
  ) {
    this.io = io;
    this.settings = settings;
    this.isJson = flags.isJson;
    this.isVerbose = flags.isVerbose;
    this.palette = paletteFor(io, io.outIsTerminal);
  }

  get project(): string {
    return this.settings.project;
  }

  get nowUs(): bigint {
    return this.io.clock.nowUs();
  }

  get registry(): TimewellClient["registry"] {
    return this.service("registry").registry;
  }

  get serving(): TimewellClient["serving"] {
    return this.service("serving").serving;
  }

  get retrieval(): TimewellClient["retrieval"] {
    return this.service("retrieval").retrieval;
  }

  get ingestion(): TimewellClient["ingestion"] {
    return this.service("ingestion").ingestion;
  }

  /** Asks for a training set; labels of this machine are sent with the call. */
  trainingSet(init: TrainingSetInit): Promise<TrainingSet> {
    return this.service("retrieval").trainingSet(init, { signal: this.io.signal });
  }

  /** Everything that is defined in the project. */
  async definitions(): Promise<CompiledProject> {
    const { snapshot } = await this.registry.getSnapshot(
      { project: this.project },
      { signal: this.io.signal },
    );
    if (snapshot === undefined) throw notFoundProject(this.project);
    return compileProject(snapshot);
  }

  /** A path of the command line, absolute. */
  path(path: string): string {
    return resolve(this.io.cwd, path);
  }

  /** The result on stdout: a JSON document, or text for people. */
  async print(json: unknown, text: string): Promise<void> {
    await this.io.out(this.isJson ? toJsonText(json) : text);
  }

  /** A remark on stderr. */
  note(text: string): void {
    this.io.err(`${text}\n`);
  }

  /** A remark on stderr for `--verbose` only. */
  trace(text: string): void {
    if (this.isVerbose) this.io.err(`${paletteFor(this.io, this.io.errIsTerminal).dim(text)}\n`);
  }

  /** Ends the connections. */
  close(): void {
    this.client?.close();
  }

  private service(name: ServiceName): TimewellClient {
    this.lastService = name;
    return (this.client ??= connect(
      this.settings,
      this.isVerbose ? (timings) => this.calls.push(timings) : undefined,
    ));
  }
}
