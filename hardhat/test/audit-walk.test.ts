import { expect } from "chai";
import { AuditState } from "./support/auditing.js";
import { AuditWalk } from "./support/auditWalk.js";

describe("Whatever auditors and providers do", () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`every bond is somebody's, and penalties and acknowledgements are as reckoned (walk ${seed})`, async () => {
      const walk = await AuditWalk.start(seed);
      await walk.run();
      expect(walk.steps).to.be.greaterThan(30);
      await walk.unwind();
      expect([...walk.reached].sort()).to.deep.equal([AuditState.Answered, AuditState.Superseded, AuditState.Failed]);
    });
  }
});
