import { FeatureStoreError } from "@timewell/errors";
import { tileSection, type RecordList, type TileSection } from "./tile-layout.ts";
import { slotBytes, slotIdBytes, slotKinds, type SlotKind, type TileSlot } from "./tile-slot.ts";

/** Reads the layout of a blob. `isNewer`: it has slots that are not known. DATA_LOSS where it is damaged. */
export function readLayout(
  bytes: Uint8Array,
  known: ReadonlyMap<string, TileSlot>,
): { readonly sections: TileSection[]; readonly lists: RecordList[]; readonly isNewer: boolean } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const sections: TileSection[] = [];
  const lists: RecordList[] = [];
  let isNewer = false;
  let at = 2;
  const slotAt = (): TileSlot => {
    const id = buffer.toString("hex", at, at + slotIdBytes);
    at += slotIdBytes;
    const slot = known.get(id);
    if (slot !== undefined) return slot;
    isNewer = true;
    const kind = Number.parseInt(id.slice(0, 2), 16) as SlotKind;
    return { kind, id, input: -1, inputType: undefined, filter: -1 };
  };
  try {
    for (let rest = buffer.readUInt16LE(0); rest > 0; rest--) {
      const kind = buffer.readUInt8(at++);
      if (kind === slotKinds.latest) {
        const cap = buffer.readUInt16LE(at);
        const horizonS = buffer.readDoubleLE(at + 2);
        at += 10;
        lists.push({ slot: slotAt(), cap, horizonS, hop: 0, reach: 0 });
        continue;
      }
      const hop = buffer.readUInt8(at);
      const reach = buffer.readUInt16LE(at + 1);
      at += 3;
      if (kind === slotKinds.first) {
        lists.push({ slot: slotAt(), cap: 0, horizonS: 0, hop, reach });
        continue;
      }
      const slots = buffer.readUInt16LE(at);
      at += 2;
      sections.push(tileSection(hop, reach, Array.from({ length: slots }, slotAt)));
    }
  } catch (cause) {
    throw damagedBlob("a layout that ends too early", cause);
  }
  const isDamaged = sections.some(({ slots }) => slots.some(({ kind }) => slotBytes[kind] === undefined));
  if (isDamaged || at !== buffer.length) throw damagedBlob("a layout that cannot be read");
  return { sections, lists, isNewer };
}

/** The error for bytes that are no tile blob. */
export function damagedBlob(problem: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", `Cannot read the tiles of an entity: they have ${problem}`, {
    hint: "Rebuild the view with `timewell rebuild-online`.",
    cause,
  });
}
