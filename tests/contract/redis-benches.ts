import { createRedisConnection, createRedisState } from '../../agent-runtime/src/stores/state/redis.ts';
import type { State } from '../../agent-runtime/src/stores/state/state.ts';
import type { StateBench } from './state-cases.ts';

let benches = 0;

/** A bench whose every opening has a connection of its own, as processes have, and whose keys nobody else uses. */
export function redisStateBench(url: () => string): () => Promise<StateBench> {
  return async () => {
    const keyPrefix = `state-test-${benches++}`;
    const states: State[] = [];
    return {
      open() {
        const state = openRedisState(url(), keyPrefix);
        states.push(state);
        return state;
      },
      close: async () => void await Promise.all(states.map((state) => state.close())),
    };
  };
}

/** A state with a connection of its own, which it takes down with it. */
export function openRedisState(url: string, keyPrefix = `state-test-${benches++}`): State {
  const connection = createRedisConnection({ url });
  const state = createRedisState({ connection, keyPrefix });
  return {
    ...state,
    async close() {
      await state.close();
      await connection.close();
    },
  };
}
