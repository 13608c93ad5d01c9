import { clone } from "@bufbuild/protobuf";
import {
  type EraseReceipt,
  EraseReceiptSchema,
  GetTrainingSetRequestSchema,
  type OfflineSnapshot,
  OfflineSnapshotSchema,
  type Receipt,
  ReceiptSchema,
} from "@timewell/contracts";

import type { ErasedKeys, Erasure } from "./erasure.ts";
import type {
  ListedTrainingSet,
  SourceDigest,
  TrainingCatalog,
  TrainingSetEntry,
  TrainingSetPlace,
  TrainingSetQuery,
} from "./training-catalog.ts";
import {
  receiptHead,
  receiptShard,
  snapshotNotFound,
  trainingSetNotFound,
  unknownErasure,
} from "./training-rules.ts";

/**
 * The reference catalog of training sets: it keeps everything in memory and loses it at the end of the process. Every method does
 * its work in one synchronous step, so that nothing can come in between.
 */
export class InMemoryTrainingCatalog implements TrainingCatalog {
  readonly engine = "memory";
  readonly #snapshots = new Map<string, OfflineSnapshot>();
  readonly #entries = new Map<string, TrainingSetEntry>();
  readonly #receipts = new Map<string, Receipt[]>();
  readonly #digests = new Map<string, SourceDigest>();
  readonly #erasures = new Map<string, Erasure>();

  async putSnapshot(snapshot: OfflineSnapshot): Promise<void> {
    if (this.#snapshots.has(snapshot.snapshotId)) return;
    this.#snapshots.set(snapshot.snapshotId, clone(OfflineSnapshotSchema, snapshot));
  }

  async snapshot(snapshotId: string): Promise<OfflineSnapshot | undefined> {
    const found = this.#snapshots.get(snapshotId);
    return found === undefined ? undefined : clone(OfflineSnapshotSchema, found);
  }

  async putTrainingSet(entry: TrainingSetEntry): Promise<TrainingSetEntry> {
    if (!this.#snapshots.has(entry.snapshotId)) throw snapshotNotFound(entry.snapshotId);
    const known = this.#entries.get(entry.trainingSetId) ?? copyOf(entry);
    const kept = { ...known, labelsKept: known.labelsKept || entry.labelsKept };
    this.#entries.set(entry.trainingSetId, kept);
    return copyOf(kept);
  }

  async findTrainingSets(project: string, idPrefix: string, entriesMax: number): Promise<TrainingSetEntry[]> {
    return [...this.#entries.values()]
      .filter((entry) => entry.project === project && entry.trainingSetId.startsWith(idPrefix))
      .sort((a, b) => (a.trainingSetId < b.trainingSetId ? -1 : 1))
      .slice(0, entriesMax)
      .map(copyOf);
  }

  async listTrainingSets(query: TrainingSetQuery): Promise<ListedTrainingSet[]> {
    const { project, featureService, after, entriesMax } = query;
    return [...this.#entries.values()]
      .filter((entry) => entry.project === project)
      .filter((entry) => featureService === undefined || entry.featureService === featureService)
      .filter((entry) => after === undefined || latestFirst(after, entry) < 0)
      .sort(latestFirst)
      .slice(0, entriesMax)
      .map((entry) => ({
        entry: copyOf(entry),
        receipts: this.#receipts.get(entry.trainingSetId)?.length ?? 0,
      }));
  }

  async putReceipt(receipt: Receipt): Promise<Receipt> {
    const { trainingSetId } = receipt;
    if (!this.#entries.has(trainingSetId)) throw trainingSetNotFound(trainingSetId);
    const receipts = this.#receipts.get(trainingSetId) ?? [];
    const known = receipts.find((it) => byShard(it, receipt) === 0);
    if (known === undefined) receipts.push(clone(ReceiptSchema, receipt));
    this.#receipts.set(trainingSetId, receipts.sort(byShard));
    return clone(ReceiptSchema, known ?? receipt);
  }

  async receipts(trainingSetId: string, receiptsMax: number): Promise<Receipt[]> {
    const receipts = this.#receipts.get(trainingSetId) ?? [];
    return receipts.slice(0, receiptsMax).map((receipt) => clone(ReceiptSchema, receipt));
  }

  async receiptHeads(trainingSetIds: readonly string[]): Promise<Map<string, Receipt[]>> {
    const heads = new Map<string, Receipt[]>();
    for (const id of trainingSetIds) {
      const receipts = this.#receipts.get(id);
      if (receipts !== undefined) heads.set(id, receipts.map(receiptHead));
    }
    return heads;
  }

  async sourceDigests(paths: readonly string[]): Promise<Map<string, SourceDigest>> {
    const found = paths.map((path) => this.#digests.get(path)).filter((digest) => digest !== undefined);
    return new Map(found.map((digest) => [digest.path, { ...digest }]));
  }

  async putSourceDigests(digests: readonly SourceDigest[]): Promise<void> {
    for (const digest of digests) this.#digests.set(digest.path, { ...digest });
  }

  async beginErasure(erasure: Omit<Erasure, "finished">): Promise<Erasure> {
    const { project, receipt } = erasure;
    const known = [...this.#erasures.values()].find(
      (it) => !it.finished && isOf(it, project, receipt.entity, receipt.keySha256),
    );
    const viewIds = [...new Set([...(known?.viewIds ?? []), ...erasure.viewIds])].sort((a, b) => a - b);
    const keysSha256 = [...new Set([...(known?.keysSha256 ?? []), ...erasure.keysSha256])].sort();
    const begun = copyOfErasure({ ...(known ?? { ...erasure, finished: false }), viewIds, keysSha256 });
    this.#erasures.set(begun.receipt.id, begun);
    return copyOfErasure(begun);
  }

  async recordErasure(receipt: EraseReceipt, finished: boolean): Promise<void> {
    const known = this.#erasures.get(receipt.id);
    if (known === undefined) throw unknownErasure(receipt.id);
    this.#erasures.set(receipt.id, copyOfErasure({ ...known, receipt, finished }));
  }

  async erasuresOfEntity(project: string, entity: string, keySha256: string): Promise<Erasure[]> {
    return this.#latestErasures((it) => isOf(it, project, entity, keySha256));
  }

  async erasuresOfViews(viewIds: readonly number[], sinceUs: bigint): Promise<Erasure[]> {
    return this.#latestErasures(
      (it) =>
        it.viewIds.some((id) => viewIds.includes(id)) && (!it.finished || it.receipt.erasedAtUs >= sinceUs),
    );
  }

  async erasedKeys(viewId: number, after = Infinity): Promise<ErasedKeys> {
    const keys = [...this.#erasures.values()]
      .filter(({ viewIds, finished }, i) => viewIds.includes(viewId) && (!finished || i >= after))
      .flatMap(({ keysSha256 }) => keysSha256);
    return { begun: this.#erasures.size, keysSha256: [...new Set(keys)].sort() };
  }

  async erasureOfTrainingSet(trainingSetId: string): Promise<string | undefined> {
    const found = this.#latestErasures((it) => it.receipt.trainingSetIds.includes(trainingSetId));
    return found.at(-1)?.receipt.id;
  }

  #latestErasures(isMeant: (erasure: Erasure) => boolean): Erasure[] {
    return [...this.#erasures.values()]
      .filter(isMeant)
      .sort((a, b) => (a.startedAtUs > b.startedAtUs ? -1 : a.startedAtUs < b.startedAtUs ? 1 : 0))
      .map(copyOfErasure);
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

function copyOf(entry: TrainingSetEntry): TrainingSetEntry {
  return { ...entry, request: clone(GetTrainingSetRequestSchema, entry.request) };
}

function isOf(erasure: Erasure, project: string, entity: string, keySha256: string): boolean {
  const { receipt } = erasure;
  return erasure.project === project && receipt.entity === entity && receipt.keySha256 === keySha256;
}

function copyOfErasure(erasure: Erasure): Erasure {
  return { ...erasure, viewIds: [...erasure.viewIds], receipt: clone(EraseReceiptSchema, erasure.receipt) };
}

function latestFirst(a: TrainingSetPlace, b: TrainingSetPlace): number {
  if (a.createdAtUs !== b.createdAtUs) return a.createdAtUs > b.createdAtUs ? -1 : 1;
  return a.trainingSetId > b.trainingSetId ? -1 : a.trainingSetId < b.trainingSetId ? 1 : 0;
}

function byShard(a: Receipt, b: Receipt): number {
  const [left, right] = [receiptShard(a), receiptShard(b)];
  return left.count - right.count || left.index - right.index;
}
