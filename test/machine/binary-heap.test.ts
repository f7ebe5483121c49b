import { expect, test } from 'vitest';
import { BinaryHeap } from '../../src/machine/binary-heap.js';
import { fc } from '../support/property.js';

test('whatever is added and taken in between comes out in order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { freq: 3 })), (steps) => {
      const heap = new BinaryHeap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) {
          expect(heap.take()).toBe(model.shift());
        } else {
          heap.add(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect([heap.size, heap.first]).toEqual([model.length, model[0]]);
      }
    }),
  );
});
