import type { Filter, Log, Provider } from "ethers";

/** Blocks that are asked for at first; endpoints that give fewer at a time refuse, and are asked for half as many. */
const WINDOW = 100_000;

/** Events from the newest block back to `from`, however few blocks an endpoint searches at a time. */
export async function* newestFirst(provider: Provider, filter: Filter, from: number): AsyncGenerator<Log> {
  let window = WINDOW;
  for (let to = await provider.getBlockNumber(); to >= from;) {
    const start = Math.max(from, to - window + 1);
    let logs: Log[];
    try {
      logs = await provider.getLogs({ ...filter, fromBlock: start, toBlock: to });
    } catch (error) {
      if (window === 1) throw error;
      window = Math.ceil(window / 2);
      continue;
    }
    yield* logs.reverse();
    to = start - 1;
  }
}
