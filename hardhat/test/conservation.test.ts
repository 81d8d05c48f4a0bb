import { expect } from "chai";
import { fixture } from "./market.js";
import { MarketWalk } from "./marketWalk.js";

describe("Whatever providers, consumers and governance do", () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`every token is somebody's, and misses are as reckoned epoch by epoch (walk ${seed})`, async () => {
      const walk = await fixture(() => MarketWalk.start(seed))();
      for (let i = 0; i < 60; i++) {
        await walk.passEpoch();
        await walk.check();
      }
      expect(walk.steps).to.be.greaterThan(100);
      await walk.unwind();
    });
  }
});
