export { createRedisBudgetStore } from './redis/budgets.ts';
export { createRedisConnection } from './redis/connection.ts';
export { createRedisState } from './redis/state.ts';
