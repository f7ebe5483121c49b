/** Order of two items; 0 only for an item and itself. */
export type Compare<Item> = (a: Item, b: Item) => number;

/** Position of the first item that is not before `item`; the length if all are. Binary search. */
export function lowerBound<Item>(list: readonly Item[], item: Item, compare: Compare<Item>): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = list[middle];
    if (other !== undefined && compare(other, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function insertSorted<Item>(list: Item[], item: Item, compare: Compare<Item>): void {
  const last = list.at(-1);
  if (last === undefined || compare(last, item) < 0) list.push(item);
  else list.splice(lowerBound(list, item, compare), 0, item);
}

/** Removes an item that has not changed its place since it was inserted; false if it is not in the list. */
export function removeSorted<Item>(list: Item[], item: Item, compare: Compare<Item>): boolean {
  const index = list[0] === item ? 0 : lowerBound(list, item, compare);
  if (list[index] !== item) return false;
  if (index === 0) list.shift();
  else list.splice(index, 1);
  return true;
}
