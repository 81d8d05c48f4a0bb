import { getAddress, isAddress, isHexString, ZeroAddress } from "ethers";

const MINUTE = 60n;
const DAY = 86_400n;
const U96 = 2n ** 96n - 1n;
const U208 = 2n ** 208n - 1n;

/** What a value of a plan has to be. Bounds are inclusive. */
export interface Field {
  kind: "integer" | "amount" | "address" | "bytes" | "name" | "boolean";
  /** Of integers and amounts; the number of bytes of bytes. */
  min?: bigint;
  max?: bigint;
  /** A higher minimum where the plan is not for a development chain. */
  production?: bigint;
  optional?: boolean;
}

const integer = (min: bigint, max: bigint, production?: bigint): Field => ({ kind: "integer", min, max, production });
/** Token base units, as a decimal string: a JSON number loses digits. */
const amount = (min: bigint, max: bigint): Field => ({ kind: "amount", min, max });
const address: Field = { kind: "address" };
const optional = (field: Field): Field => ({ ...field, optional: true });

/** Every value of a plan by its path, with the bounds that the contracts keep it in. */
export const FIELDS: Record<string, Field> = {
  format: integer(1n, 1n),
  name: { kind: "name" },
  development: { kind: "boolean", optional: true },
  chainId: integer(1n, 2n ** 53n - 1n),
  confirmations: integer(1n, 1_000n),
  deployer: address,
  "token.holder": address,
  "token.supply": amount(1_000_000n, U208),
  "clock.genesis": integer(1n, 2n ** 40n - 1n),
  "clock.epochLength": integer(2n, 30n * DAY, 60n * MINUTE),
  "governance.guardian": optional(address),
  "governance.votingDelay": integer(1n, 30n * DAY),
  "governance.votingPeriod": integer(1n, 30n * DAY),
  "governance.proposalThreshold": amount(1n, U208),
  "governance.quorumPercent": integer(2n, 30n),
  "governance.lateQuorumExtension": integer(1n, 30n * DAY),
  "governance.timelockDelay": integer(1n, 30n * DAY),
  "governance.floors.votingDelay": integer(1n, 7n * DAY, DAY),
  "governance.floors.votingPeriod": integer(1n, 7n * DAY, 3n * DAY),
  "governance.floors.lateQuorumExtension": integer(1n, 7n * DAY, DAY),
  "governance.floors.timelockDelay": integer(1n, 30n * DAY, 2n * DAY),
  "beacon.anchorDelay": integer(1n, 64n),
  "beacon.drand.publicKey": optional({ kind: "bytes", min: 128n, max: 128n }),
  "beacon.drand.genesis": optional(integer(1n, 2n ** 40n - 1n)),
  "beacon.drand.period": optional(integer(1n, 3_600n)),
  "beacon.drand.margin": optional(integer(1n, 30n * DAY)),
  "beacon.drand.livenessTimeout": optional(integer(3n, 30n * DAY)),
  "parameters.ceilings.stakePerGiB": amount(1n, U96),
  "parameters.ceilings.auditBond": amount(1n, U96),
  "parameters.challengesPerEpoch": integer(1n, 64n),
  "parameters.proofWindow": integer(1n, 15n * DAY),
  "parameters.stakePerGiB": amount(0n, U96),
  "parameters.missSlashBps": integer(0n, 2_000n),
  "parameters.missGraceEpochs": integer(0n, 365n),
  "parameters.unbondingEpochs": integer(1n, 365n),
  "parameters.billingCycle": integer(1n, 256n),
  "parameters.settlementGrace": integer(1n, 365n),
  "parameters.terminationNotice": integer(0n, 90n),
  "parameters.protocolFeeBps": integer(0n, 1_000n),
  "parameters.compensationBps": integer(0n, 9_000n),
  "parameters.auditWindow": integer(1n, 30n * DAY),
  "parameters.auditBond": amount(0n, U96),
  "parameters.auditSlashBps": integer(0n, 10_000n),
  "parameters.lossSlashBps": integer(0n, 2_000n),
  "parameters.minSelfStakeBps": integer(0n, 10_000n),
  "parameters.commissionNotice": integer(1n, 365n),
};

export type Value = bigint | string | boolean;

/** Reads a value, or says what is wrong with it. */
export function readField(path: string, found: unknown, production: boolean): { value?: Value; problem?: string } {
  const field = FIELDS[path];
  switch (field.kind) {
    case "integer":
      if (typeof found !== "number" || !Number.isSafeInteger(found)) return { problem: `${path} is no whole number` };
      return within(path, BigInt(found), field, production);
    case "amount":
      if (typeof found !== "string" || !/^(0|[1-9][0-9]{0,77})$/.test(found)) return { problem: `${path} is no string of decimal digits` };
      return within(path, BigInt(found), field, production);
    case "address":
      // Mixed case is checked against its checksum.
      if (typeof found !== "string" || !found.startsWith("0x") || !isAddress(found)) return { problem: `${path} is no address` };
      return getAddress(found) === ZeroAddress ? { problem: `${path} is the zero address` } : { value: getAddress(found) };
    case "bytes":
      return isHexString(found, Number(field.min)) ? { value: found } : { problem: `${path} is not 0x and ${field.min} bytes` };
    case "name":
      if (typeof found !== "string" || !/^[a-z][a-z0-9-]{0,31}$/.test(found)) {
        return { problem: `${path} is not 1 to 32 small letters, digits and hyphens that begin with a letter` };
      }
      return { value: found };
    case "boolean":
      return typeof found === "boolean" ? { value: found } : { problem: `${path} is neither true nor false` };
  }
}

function within(path: string, value: bigint, field: Field, production: boolean): { value?: Value; problem?: string } {
  const min = production && field.production !== undefined ? field.production : field.min!;
  return value < min || value > field.max! ? { problem: `${path} is ${value} and not ${min} to ${field.max}` } : { value };
}
