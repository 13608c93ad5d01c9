import { damagedBlob } from "./read-layout.ts";
import { layoutOfBlob } from "./tile-blob.ts";
import { blobAt, recordsHeadBytes, tilesHeadBytes } from "./tile-layout.ts";
import type { BoundLayout, TilePlan } from "./tile-plan.ts";

/** A tile blob while it is read; one for many blobs. */
export class OpenBlob {
  readonly #plan: TilePlan;
  view: DataView = new DataView(new ArrayBuffer(0));
  layout: BoundLayout;
  /** Event time of the latest event, µs UTC. */
  latestUs = 0n;
  /** Where the parts begin, sections before lists. */
  readonly partAt: number[] = [];
  /** Tiles of the section at hand that are merged already. */
  merged = 0;

  constructor(plan: TilePlan) {
    this.#plan = plan;
    this.layout = plan.layoutOf(plan.layout.id, plan.layout.bytes);
  }

  /** Opens a blob and gives this. DATA_LOSS where it is damaged. */
  open(blob: Uint8Array): this {
    const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
    const layout = layoutOfBlob(this.#plan, view, blob.length);
    this.view = view;
    this.layout = layout;
    this.latestUs = view.getBigInt64(blobAt.latest, true);
    const { partAt } = this;
    const { sections, lists } = layout;
    let at = blobAt.layout + layout.bytes.length;
    let part = 0;
    try {
      for (let s = 0; s < sections.length; s++) {
        partAt[part++] = at;
        at += tilesHeadBytes + view.getUint16(at + 8, true) * sections[s]!.stride;
      }
      for (let l = 0; l < lists.length; l++) {
        partAt[part++] = at;
        at += recordsHeadBytes + view.getUint32(at + 2, true);
      }
    } catch (cause) {
      throw damagedBlob("parts that end too early", cause);
    }
    if (at !== blob.length) throw damagedBlob(`${blob.length} bytes, expected ${at}`);
    return this;
  }
}
