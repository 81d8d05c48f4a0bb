import { EMPTY, fragment, slots, type Agreement, type SumNode } from "./sumtree.js";

/** Numbers that depend on the seed alone, so that a failing case can be run again (mulberry32). */
export class Randomness {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  hex(length: number): string {
    return `0x${this.bytes(length).toString("hex")}`;
  }
}

/** A handful of chunks to make leaves of; trees differ in shape, and drawing each byte anew would be most of the work. */
export function chunkPool(random: Randomness, size: number): Buffer[] {
  return Array.from({ length: size }, () => random.bytes(1024));
}

export function randomData(random: Randomness, pool: readonly Buffer[], maxSlots: number, maxLeaves: number): SumNode {
  const count = random.below(maxSlots + 1);
  const filled = Array.from({ length: count }, (_, slot) => {
    if (slot !== count - 1 && random.below(3) === 0) return EMPTY;
    return fragment(Array.from({ length: 1 + random.below(maxLeaves) }, () => pool[random.below(pool.length)]));
  });
  return slots(filled);
}

/** Agreements in slots with holes; some of them hold nothing yet. */
export function randomAgreements(random: Randomness, pool: readonly Buffer[], maxSlots: number): (Agreement | null)[] {
  const count = 1 + random.below(maxSlots);
  return Array.from({ length: count }, (_, slot) => {
    if (slot !== count - 1 && random.below(4) === 0) return null;
    const data = randomData(random, pool, 6, 9);
    const id = (BigInt(slot + 1) << 96n) | BigInt(random.below(2 ** 32));
    return { id, revision: data.weight === 0n ? 0n : BigInt(1 + random.below(2 ** 32)), data };
  });
}
