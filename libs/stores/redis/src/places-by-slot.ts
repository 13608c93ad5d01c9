/** Groups the places 0 … `count` − 1 by slot, in order. */
export function placesBySlot(count: number, slotOf: (place: number) => number): Map<number, number[]> {
  const slots = new Map<number, number[]>();
  for (let place = 0; place < count; place++) {
    const slot = slotOf(place);
    const known = slots.get(slot);
    if (known === undefined) slots.set(slot, [place]);
    else known.push(place);
  }
  return slots;
}
