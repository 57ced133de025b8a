// What is generated from the contract: the API's description, the nodes' types and the table of errors.
import openapiTypescript, { astToString } from 'openapi-typescript';
import { buildApp } from '../src/api/app.ts';
import { ERRORS } from '../src/errors.ts';
import { createLogger } from '../src/telemetry/logger.ts';

/** Contents of the generated files, by their path from the repository's root. */
export async function generatedFiles() {
  const document = await openApiDocument();
  return {
    'agent-runtime/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'nodes/shared/runtime-api.gen.ts': await nodeTypes(document),
    'agent-runtime/ERRORS.md': errorTable(),
  };
}

/** Only the schemas of the routes are looked at, so what their handlers would use is not there. */
async function openApiDocument() {
  const app = await buildApp({ api: { keys: [], routing: {} }, checks: [], metrics: {}, logger: createLogger('silent') });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return JSON.parse(JSON.stringify(document));
}

async function nodeTypes(document) {
  const ast = await openapiTypescript(document, { alphabetize: true });
  return `// Generated from agent-runtime/openapi.json by \`npm run openapi -w agent-runtime\`; types only.\n${astToString(ast)}`;
}

function errorTable() {
  const rows = Object.entries(ERRORS).map(([code, { kind, status, title }]) => `| \`${code}\` | ${kind} | ${status} | ${title} |`);
  return `# Error codes

Generated from \`src/errors.ts\` by \`npm run openapi -w agent-runtime\`.

Every failure of the API is a problem document (RFC 9457) with \`code\`, \`kind\` and a \`detail\` that says what to do; an ended task
carries the same code in \`error\`. The kind decides what happens: \`user\` is never retried, because the caller must change
something; \`operational\` is retried with back-off and then parked as a dead letter; \`bug\` is our mistake and never retried.

| Code | Kind | HTTP status | Meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
