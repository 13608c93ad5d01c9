import type { MessageInitShape } from "@bufbuild/protobuf";
import { createClient, type CallOptions, type Client, type Transport } from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import {
  FeatureRegistry,
  Ingestion,
  OfflineRetrieval,
  OnlineServing,
  Wait,
  type ApplyResponse,
  type DefinitionsSchema,
  type PlanResponse,
  type Progress,
  type ValueType,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { systemClock, type Clock } from "@timewell/ttl";
import { tokenInterceptor } from "./token-interceptor.ts";
import { cancellableStream } from "./cancellable-stream.ts";
import {
  clientTimeoutsDefault,
  keepAliveDefault,
  type ClientTimeouts,
  type ClientTransports,
  type TimewellClientOptions,
} from "./client-options.ts";
import { connectTransport } from "./connect-transport.ts";
import { instantUs, type Instant } from "./instant.ts";
import {
  plainOnlineFeatures,
  type FeatureSelection,
  type OnlineFeatures,
  type OnlineFeaturesRequest,
} from "./online-features.ts";
import { failing } from "./failing.ts";
import { openLabels } from "./label-source.ts";
import { resumedStream, type ResumePoint } from "./resumed-stream.ts";
import { resumeRequest, trainingSetRequest } from "./training-set-request.ts";
import { lastPositions } from "./last-positions.ts";
import { pushOutcomes, pushRow, values, type PushInit, type PushOutcome } from "./push-rows.ts";
import { PushStream } from "./push-stream.ts";
import { retryInterceptor } from "./retry-interceptor.ts";
import { RowStream, type RowStreamInit } from "./row-stream.ts";
import { timingInterceptor, type CallTimers } from "./timing-interceptor.ts";
import { TrainingSet, type TrainingSetInit } from "./training-set.ts";
import { ViewTypes } from "./view-types.ts";
import { wholeMs } from "./whole-ms.ts";
import { withDeadlines } from "./with-deadlines.ts";

/** What any call may be given besides. */
export interface ClientCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Deadline, ms. Absent: that of the client. */
  readonly timeoutMs?: number | undefined;
}

/** A view to work on. */
export interface ViewInit {
  readonly project: string;
  readonly view: string;
  /** Absent: the latest. */
  readonly version?: number | undefined;
}

/** A range of event times to materialize: from, included, to to, excluded. */
export interface MaterializeInit extends ViewInit {
  readonly from: Instant;
  readonly to: Instant;
}

/** An incremental materialization. */
export interface MaterializeIncrementalInit extends ViewInit {
  /** End of the range, excluded. Absent: now. */
  readonly to?: Instant | undefined;
  /** How far to look back for late rows, ms, where the source has no created column. Absent: 1 day. */
  readonly overlapMs?: number | undefined;
}

/**
 * A client of the four services. Every failure is a FeatureStoreError with the kind that the server gave it.
 *
 * @example
 * const client = createTimewellClient({ registryUrl: "http://127.0.0.1:7401", servingUrl: "http://127.0.0.1:7402" });
 * const { rows } = await client.getOnlineFeatures({ project: "flights", service: "delays", rows: [{ airport: "JFK" }] });
 */
export class TimewellClient {
  readonly #clock: Clock;
  readonly #transports: ClientTransports;
  readonly #timeouts: ClientTimeouts;
  readonly #types: ViewTypes;
  readonly #close: () => void;

  private constructor(
    transports: ClientTransports,
    timeouts: Partial<ClientTimeouts>,
    clock: Clock,
    close: () => void,
  ) {
    this.#clock = clock;
    this.#transports = transports;
    this.#timeouts = { ...clientTimeoutsDefault, ...timeouts };
    this.#types = new ViewTypes(transports.registry === undefined ? undefined : this.registry);
    this.#close = close;
  }

  /** A client over gRPC. Connections are made with the first calls. INVALID_CONFIG for an address that is no URL. */
  static connect(options: TimewellClientOptions): TimewellClient {
    const clock = systemClock();
    const timers: CallTimers = new Map();
    const { onCall, tls, connections = 1 } = options;
    const interceptors = [
      ...(onCall === undefined ? [] : [timingInterceptor(timers, onCall, clock)]),
      tokenInterceptor(options.token),
      retryInterceptor(clock),
    ];
    const keepAlive = { ...keepAliveDefault, ...options.keepAlive };
    const common = { tls, keepAlive, interceptors, timers, clock };
    const open = (url: string | readonly string[] | undefined, count = 1) => {
      const urls = url === undefined ? [] : [url].flat();
      return urls.length === 0 ? undefined : connectTransport({ urls, connections: count, ...common });
    };
    const registry = open(options.registryUrl);
    const serving = open(options.servingUrl, connections);
    const retrieval = open(options.retrievalUrl);
    const ingestion = open(options.ingestionUrl);
    const transports = {
      registry: registry?.transport,
      serving: serving?.transport,
      retrieval: retrieval?.transport,
      ingestion: ingestion?.transport,
    };
    const close = () => [registry, serving, retrieval, ingestion].forEach((owned) => owned?.close());
    return new TimewellClient(transports, options.timeouts ?? {}, clock, close);
  }

  /** A client over given transports, for tests and for calls inside a process; their errors are translated too. */
  static fromTransports(
    transports: ClientTransports,
    timeouts: Partial<ClientTimeouts> = {},
    clock: Clock = systemClock(),
  ): TimewellClient {
    return new TimewellClient(transports, timeouts, clock, () => undefined);
  }

  /** FeatureRegistry, method by method. */
  get registry(): Client<typeof FeatureRegistry> {
    return this.#client(FeatureRegistry, this.#transports.registry, "registryUrl", this.#timeouts.callMs);
  }

  /** OnlineServing, method by method. */
  get serving(): Client<typeof OnlineServing> {
    return this.#client(OnlineServing, this.#transports.serving, "servingUrl", this.#timeouts.onlineMs);
  }

  /** OfflineRetrieval, method by method. */
  get retrieval(): Client<typeof OfflineRetrieval> {
    return this.#client(OfflineRetrieval, this.#transports.retrieval, "retrievalUrl", this.#timeouts.callMs);
  }

  /** Ingestion, method by method. */
  get ingestion(): Client<typeof Ingestion> {
    return this.#client(Ingestion, this.#transports.ingestion, "ingestionUrl", this.#timeouts.callMs);
  }

  /** Says what an apply would change. */
  plan(
    project: string,
    definitions: MessageInitShape<typeof DefinitionsSchema>,
    options: ClientCallOptions = {},
  ): Promise<PlanResponse> {
    return this.registry.plan({ project, definitions }, callOptions(options));
  }

  /** Applies definitions in one atomic step; VERSION_CONFLICT where `baseVersion` is not the current version. */
  apply(
    project: string,
    definitions: MessageInitShape<typeof DefinitionsSchema>,
    options: ClientCallOptions & { readonly baseVersion?: bigint | undefined } = {},
  ): Promise<ApplyResponse> {
    const base = options.baseVersion === undefined ? {} : { baseVersion: options.baseVersion };
    return this.registry.apply({ project, definitions, ...base }, callOptions(options));
  }

  /** Reads the latest features of entities. */
  async getOnlineFeatures(
    request: OnlineFeaturesRequest,
    options: ClientCallOptions = {},
  ): Promise<OnlineFeatures> {
    const { requestData = [] } = request;
    const types = requestData.length === 0 ? undefined : await this.#requestTypes(request);
    const response = await this.serving.getOnlineFeatures(
      {
        project: request.project,
        selection: selection(request),
        rows: request.rows.map((row, index) => ({
          keys: values(row, `rows[${index}].keys`),
          requestData: values(requestData[index] ?? {}, `rows[${index}].request_data`, types),
        })),
        options: {
          ...(request.asOf === undefined ? {} : { asOfUs: instantUs(request.asOf, "asOf") }),
          ...(request.maxAgeMs === undefined ? {} : { maxAgeMs: wholeMs(request.maxAgeMs, "maxAgeMs") }),
          includeTimes: request.includeTimes ?? false,
          after: lastPositions(request.after ?? []),
        },
      },
      callOptions(options),
    );
    return plainOnlineFeatures(response);
  }

  /** Writes rows; a refused row does not fail its neighbours. One outcome for each row, in order. */
  async push(init: PushInit, options: ClientCallOptions = {}): Promise<PushOutcome[]> {
    const { project, view, version = 0, alsoVersions = [] } = init;
    const types = await this.#types.ofVersions(project, view, [version, ...alsoVersions]);
    const request = {
      project,
      featureView: view,
      version,
      alsoVersions: [...alsoVersions],
      rows: init.rows.map((row, index) => pushRow(row, index, types)),
      wait: init.wait === "online" ? Wait.ONLINE : Wait.DURABLE,
      requestId: init.requestId ?? "",
    };
    const outcomes = pushOutcomes(await this.ingestion.push(request, callOptions(options)));
    if (outcomes.some((outcome) => !outcome.ok))
      for (const one of [version, ...alsoVersions]) this.#types.forget(project, view, one);
    return outcomes;
  }

  /**
   * Opens a stream of rows of one view. Several pushes are under way at a time; what is not answered when a connection breaks is sent again by itself, and
   * has one effect. Close it at the end.
   */
  async pushStream(init: RowStreamInit, options: ClientCallOptions = {}): Promise<RowStream> {
    const { project, view, version = 0, alsoVersions = [], inFlightMax, retryMs } = init;
    const types = await this.#types.ofVersions(project, view, [version, ...alsoVersions]);
    const stream = new PushStream({
      open: (requests) => this.#stream(options, (call) => this.ingestion.pushStream(requests, call)),
      clock: this.#clock,
      newId: () => crypto.randomUUID(),
      inFlightMax,
      retryMs,
    });
    const wait = init.wait === "online" ? Wait.ONLINE : Wait.DURABLE;
    const head = { project, featureView: view, version, alsoVersions: [...alsoVersions], wait };
    return new RowStream(stream, head, types);
  }

  /** Copies rows of a batch source to the online store; the last progress is done. */
  async *materialize(init: MaterializeInit, options: ClientCallOptions = {}): AsyncGenerator<Progress> {
    const { project, view, version = 0 } = init;
    const range = { fromUs: instantUs(init.from, "from"), toUs: instantUs(init.to, "to") };
    const request = { project, featureView: view, version, ...range };
    yield* progressOf(this.#stream(options, (call) => this.ingestion.materialize(request, call)));
  }

  /** Copies everything before the end that no run has covered yet; the last progress is done. */
  async *materializeIncremental(
    init: MaterializeIncrementalInit,
    options: ClientCallOptions = {},
  ): AsyncGenerator<Progress> {
    const { project, view, version = 0, to, overlapMs } = init;
    const request = {
      project,
      featureView: view,
      version,
      ...(to === undefined ? {} : { toUs: instantUs(to, "to") }),
      ...(overlapMs === undefined ? {} : { overlapMs: wholeMs(overlapMs, "overlapMs") }),
    };
    yield* progressOf(this.#stream(options, (call) => this.ingestion.materializeIncremental(request, call)));
  }

  /** Writes the online rows of a view again from what is recorded. */
  async *rebuildOnline(init: ViewInit, options: ClientCallOptions = {}): AsyncGenerator<Progress> {
    const { project, view, version = 0 } = init;
    const request = { project, featureView: view, version };
    yield* progressOf(this.#stream(options, (call) => this.ingestion.rebuildOnline(request, call)));
  }

  /** Removes online rows past ttl plus grace; of every view of the project where none is named. */
  async *collectGarbage(
    init: { readonly project: string; readonly view?: string | undefined },
    options: ClientCallOptions = {},
  ): AsyncGenerator<Progress> {
    const request = { project: init.project, featureView: init.view ?? "" };
    yield* progressOf(this.#stream(options, (call) => this.ingestion.collectGarbage(request, call)));
  }

  /**
   * Joins labels with history. Labels of this machine are sent when the training set is read; where the connection is cut on the way, the
   * stream goes on by itself.
   */
  async trainingSet(init: TrainingSetInit, options: ClientCallOptions = {}): Promise<TrainingSet> {
    const { labels } = init;
    const source = labels === undefined ? undefined : await openLabels(labels);
    const named = source?.named;
    const first = trainingSetRequest(init, named);
    let isSent = false;
    let failure: unknown;
    const messages = async function* (point: ResumePoint | undefined) {
      yield point === undefined ? first : resumeRequest(init, named, point);
      if (point !== undefined || labels === undefined) return;
      const { chunks } = isSent ? await openLabels(labels) : source!;
      isSent = true;
      for await (const labelsChunk of failing(chunks, (error) => (failure = error))) yield { labelsChunk };
    };
    const isOnce = labels !== undefined && "arrow" in labels && isGenerator(labels.arrow);
    const parts = resumedStream({
      open: (point) => this.#stream(options, (call) => this.retrieval.getTrainingSet(messages(point), call)),
      canRestart: () => !(isOnce && isSent),
      failure: () => failure,
      clock: this.#clock,
      signal: options.signal,
    });
    return new TrainingSet(parts);
  }

  /** Ends the connections; calls under way fail. */
  close(): void {
    this.#close();
  }

  /** They decide whether 3 is an integer or a double. */
  async #requestTypes({ project, service }: OnlineFeaturesRequest): Promise<ReadonlyMap<string, ValueType>> {
    return service === undefined ? new Map() : this.#types.ofRequestData(project, service);
  }

  #client<Desc extends DescService>(
    service: Desc,
    transport: Transport | undefined,
    option: string,
    timeoutMs: number,
  ): Client<Desc> {
    if (transport !== undefined) {
      return createClient(service, withDeadlines(transport, timeoutMs, this.#timeouts.streamMs));
    }
    throw new FeatureStoreError(
      "INVALID_CONFIG",
      `Cannot call ${service.name}: the client does not know where it is`,
      {
        hint: `Give the client a ${option}.`,
      },
    );
  }

  #stream<T>(options: ClientCallOptions, open: (call: CallOptions) => AsyncIterable<T>): AsyncGenerator<T> {
    const call = this.#streamOptions(options);
    return cancellableStream((signal) => open({ ...call, signal }), options.signal);
  }

  #streamOptions(options: ClientCallOptions) {
    return { ...callOptions(options), timeoutMs: options.timeoutMs ?? this.#timeouts.streamMs };
  }
}

/** Makes a client over gRPC; see `TimewellClient`. */
export function createTimewellClient(options: TimewellClientOptions): TimewellClient {
  return TimewellClient.connect(options);
}

/** What can be iterated once only is its own iterator. */
function isGenerator(labels: Uint8Array | AsyncIterable<Uint8Array>): boolean {
  return !(labels instanceof Uint8Array) && (labels[Symbol.asyncIterator]() as unknown) === labels;
}

function callOptions({ signal, timeoutMs }: ClientCallOptions) {
  return { ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function selection(request: FeatureSelection) {
  return request.service === undefined
    ? { case: "features" as const, value: { references: [...request.features] } }
    : { case: "featureService" as const, value: request.service };
}

async function* progressOf(
  messages: AsyncIterable<{ readonly progress?: Progress | undefined }>,
): AsyncGenerator<Progress> {
  for await (const { progress } of messages) if (progress !== undefined) yield progress;
}
