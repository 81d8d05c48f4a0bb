import { expect } from "chai";
import { fixture } from "./market.js";
import { StakeWalk } from "./support/stakeWalk.js";

describe("Whatever happens to stakes, delegations and compensation", () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`everybody has what a model without shares says, and can take it out (walk ${seed})`, async () => {
      const walk = await fixture(() => StakeWalk.start(seed))();
      for (let i = 0; i < 150; i++) await walk.step();
      expect([walk.done > 70, walk.refused > 15], `${walk.done} done, ${walk.refused} refused`).to.deep.equal([true, true]);
      await walk.unwind();
    });
  }
});
