/** Groups the places 0 … `count` − 1 by a number of each, in order: the slot, the shard or the like of what is there. */
export function placesBy(count: number, numberOf: (place: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let place = 0; place < count; place++) {
    const number = numberOf(place);
    const known = groups.get(number);
    if (known === undefined) groups.set(number, [place]);
    else known.push(place);
  }
  return groups;
}
