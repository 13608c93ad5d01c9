import { Type, type Data } from "apache-arrow";

/** True iff a list that is not NULL itself has a NULL element. */
export function hasNullElement(data: Data): boolean {
  const isList = data.typeId === Type.List || data.typeId === Type.FixedSizeList;
  const [child] = data.children;
  if (!isList || child === undefined || child.nullCount === 0) return false;
  // NULL lists own no elements; NULL vectors own elements that are all NULL.
  if (data.typeId === Type.List) return true;
  const { listSize } = data.type as unknown as { readonly listSize: number };
  for (let row = 0; row < data.length; row++) {
    if (!isSet(data.nullBitmap, row)) continue;
    for (let i = 0; i < listSize; i++) if (!isSet(child.nullBitmap, row * listSize + i)) return true;
  }
  return false;
}

function isSet(bits: Uint8Array | undefined, at: number): boolean {
  return bits === undefined || bits.length === 0 || ((bits[at >> 3]! >> (at & 7)) & 1) === 1;
}
