import { expect } from "chai";
import { fixture } from "./market.js";
import { RateWalk } from "./support/rateWalk.js";

describe("Whatever is opened, extended, repriced, lost and ended", () => {
  for (let seed = 1; seed <= 5; seed++) {
    it(`every epoch is paid or refunded at its own rate, to the base unit (walk ${seed})`, async () => {
      const walk = await fixture(() => RateWalk.start(seed))();
      for (let epoch = 0; epoch < 50; epoch++) {
        await walk.passEpoch();
        await walk.check();
      }
      await walk.finish();
      // A walk that does next to nothing shows nothing.
      for (const [step, least] of Object.entries({ open: 4, extend: 10, reprice: 10, settle: 10 })) {
        expect(walk.done.get(step) ?? 0).to.be.greaterThanOrEqual(least, step);
      }
    });
  }
});
