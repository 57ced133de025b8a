import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { generatedFiles } from '../../../agent-runtime/scripts/generated-files.mjs';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

describe('the generated files', () => {
  test('are fresh (if not: npm run openapi -w agent-runtime)', async () => {
    const files = await generatedFiles();
    expect(Object.keys(files)).toEqual(['agent-runtime/openapi.json', 'nodes/shared/runtime-api.gen.ts', 'agent-runtime/ERRORS.md']);
    for (const [path, content] of Object.entries(files)) expect({ path, fresh: read(path) === content }).toEqual({ path, fresh: true });
  });

  test('give the nodes types and nothing that runs, under strict CommonJS', () => {
    const file = new URL('nodes/shared/runtime-api.gen.ts', root).pathname;
    const program = ts.createProgram([file], {
      strict: true, module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2021, types: [], noEmit: true,
    });
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
    const statements = program.getSourceFile(file)?.statements ?? [];
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((statement) => !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement))).toEqual([]);
  });
});
