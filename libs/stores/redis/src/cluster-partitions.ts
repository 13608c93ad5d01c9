import { clusterSlot } from "@timewell/keys";
import type { Fence } from "@timewell/store-ports";
import { createHash, randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { counterText } from "./apply-chunks.ts";
import type { RedisClusterClient } from "./cluster-client.ts";

/** Partitions of the log. */
const partitions = 64;

/**
 * Keys of the hashes of all partitions. They are spread evenly over the slots, one in each 64th of them, so that a master
 * which loses its data loses some of them.
 */
export const partitionKeys: readonly string[] = Array.from({ length: partitions }, (_, partition) => {
  for (let n = 0; ; n++) {
    const tag = String(n);
    if (clusterSlot(Buffer.from(tag)) >> 8 === partition) return `timewell:partition:{${tag}}`;
  }
});

/**
 * Fences and watermarks on a Cluster, where no script can see those and the rows of a batch at once: the fence is passed before the
 * rows are written, and again with the watermark after them. What a holder that was overtaken writes in between are rows of the
 * log, which win or lose by their own times like any others; where rows were removed, `ClusterRemovals` refuses them.
 *
 * Each partition has a hash with a marker that is made up; the digest of all markers is the generation of the store. A node
 * that comes back empty brings another generation with it: watermarks of the one before do not count any more, and holders of it are
 * fenced, so that everything is applied again.
 */
export class ClusterPartitions {
  readonly #client: RedisClusterClient;
  readonly #watched = new WeakSet<Redis>();
  #generation: Promise<string> | undefined;

  constructor(client: RedisClusterClient) {
    this.#client = client;
    for (const node of client.nodes()) this.#watch(node);
    client.on("+node", (node: Redis) => this.#watch(node));
    client.on("-node", () => this.#forget());
  }

  /** Passes a fence, and moves the watermark where there is one. Throws the script's FENCED error. */
  async pass({ partition, epoch, held }: Fence, watermark?: bigint): Promise<void> {
    const generation = await this.#currentGeneration();
    await this.#client.timewellFence(
      1,
      partitionKeys[partition]!,
      counterText(epoch),
      held === true ? "held" : "",
      watermark === undefined ? "" : counterText(watermark),
      generation,
    );
  }

  /** The watermarks of this generation. */
  async watermarks(): Promise<Map<number, bigint>> {
    const generation = await this.#readGeneration();
    const pairs = await Promise.all(
      partitionKeys.map(async (key, partition) => {
        const [watermark, counted] = await this.#client.hmget(key, "watermark", "counted");
        return typeof watermark === "string" && counted === generation
          ? ([partition, BigInt(watermark)] as const)
          : undefined;
      }),
    );
    return new Map(pairs.filter((pair) => pair !== undefined));
  }

  /** A node whose connection ended may be another one when it comes back. */
  #watch(node: Redis): void {
    if (this.#watched.has(node)) return;
    this.#watched.add(node);
    node.on("close", () => this.#forget());
    this.#forget();
  }

  #forget(): void {
    this.#generation = undefined;
  }

  #currentGeneration(): Promise<string> {
    if (this.#generation !== undefined) return this.#generation;
    const reading = this.#readGeneration();
    this.#generation = reading;
    reading.catch(() => {
      if (this.#generation === reading) this.#forget();
    });
    return reading;
  }

  async #readGeneration(): Promise<string> {
    const markers = await Promise.all(
      partitionKeys.map((key) => this.#client.timewellMarker(1, key, randomUUID())),
    );
    return createHash("sha256").update(markers.join()).digest("hex").slice(0, 32);
  }
}
