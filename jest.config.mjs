const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
      module: { type: 'es6' },
    }],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/tests/bench/gateway', '<rootDir>/local', '<rootDir>/agent-runtime/dist'],
};
const project = (displayName, testMatch, more = {}) => ({ ...shared, displayName, testMatch, ...more });

export default {
  projects: [
    project('nodes', ['<rootDir>/tests/nodes/**/*.test.ts']),
    project('runtime', ['<rootDir>/tests/runtime/**/*.test.ts']),
    project('contract', ['<rootDir>/tests/contract/**/*.embedded.test.ts', '<rootDir>/tests/contract/**/*.embedded-*.test.ts']),
    project('servers', [
      '<rootDir>/tests/contract/**/*.{postgres,rabbitmq,redis,s3,qdrant}.test.ts', '<rootDir>/tests/contract/**/*.{postgres,rabbitmq,redis,s3,qdrant}-*.test.ts',
      '<rootDir>/tests/sandbox/**/*.test.ts',
    ]),
    project('stand-ins', ['<rootDir>/tests/stand-ins/**/*.test.ts']),
    project('deploy', ['<rootDir>/tests/deploy/**/*.test.ts']),
    project('local', ['<rootDir>/tests/local/**/*.test.ts']),
    project('e2e', ['<rootDir>/tests/e2e/**/*.test.ts']),
    project('crash', ['<rootDir>/tests/crash/**/*.test.ts']),
  ],
};
