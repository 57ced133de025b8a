import { repositoryAnswer, userAnswer } from './answers.ts';
import { Refusal, repositoryIn } from './operation.ts';
import type { OperationCall, PlayedOperation } from './operation.ts';
import { shaOf } from '../state.ts';
import type { Contents, RepositoryState } from '../state.ts';

/** Above this GitHub gives no content, below it in base64. */
const LARGEST_CONTENT = 1024 * 1024;

export const REPOSITORY_OPERATIONS: Readonly<Record<string, PlayedOperation>> = {
  'users/get-authenticated': {
    handle({ account }) {
      if (account === null) throw new Refusal(401, 'Requires authentication');
      if (account.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
      return { status: 200, body: userAnswer(account.login) };
    },
  },
  'rate-limit/get': {
    handle() {
      const rate = { limit: 5000, used: 1, remaining: 4999, reset: Math.floor(Date.now() / 1000) + 3600 };
      return { status: 200, body: { resources: { core: rate, search: rate }, rate } };
    },
  },
  'repos/get': {
    needs: { permission: 'metadata', level: 'read', scope: 'repo' },
    handle: (call) => ({ status: 200, body: repositoryAnswer(repositoryIn(call)) }),
  },
  'repos/get-content': {
    needs: { permission: 'contents', level: 'read', scope: 'repo' },
    handle: readContent,
  },
};

function readContent(call: OperationCall): { status: number; body: unknown } {
  const repository = repositoryIn(call);
  const ref = call.query.get('ref') ?? repository.defaultBranch;
  const contents = contentsAt(repository, ref);
  const path = call.path.path ?? '';
  const api = `https://api.github.com/repos/${repository.owner}/${repository.name}/contents`;
  const file = contents?.[path];
  if (file !== undefined) return { status: 200, body: fileAnswer(`${api}/${encodeURI(path)}?ref=${ref}`, path, Buffer.from(file as string)) };
  const inside = Object.keys(contents ?? {}).filter((name) => name.startsWith(`${path}/`));
  if (inside.length === 0) throw new Refusal(404, 'Not Found');
  return {
    status: 200,
    body: inside.map((name) => ({
      type: 'file', name: name.split('/').at(-1), path: name, sha: shaOf(name), size: 1, url: `${api}/${encodeURI(name)}?ref=${ref}`,
      git_url: null, html_url: null, download_url: null, _links: { self: `${api}/${encodeURI(name)}`, git: null, html: null },
    })),
  };
}

function contentsAt(repository: RepositoryState, ref: string): Contents | undefined {
  const pull = [...repository.pullRequests.values()].find(({ headSha, baseSha }) => headSha === ref || baseSha === ref);
  const branch = pull?.baseSha === ref ? pull.baseRef : pull?.headRef;
  return repository.contents.get(ref) ?? (branch === undefined ? undefined : repository.contents.get(branch));
}

function fileAnswer(url: string, path: string, content: Buffer): Record<string, unknown> {
  const large = content.byteLength > LARGEST_CONTENT;
  return {
    type: 'file', name: path.split('/').at(-1), path, sha: shaOf(content.toString('latin1')), size: content.byteLength,
    encoding: large ? 'none' : 'base64',
    content: large ? '' : content.toString('base64').replace(/.{60}/g, '$&\n'),
    url, git_url: null, html_url: null, download_url: null, _links: { self: url, git: null, html: null },
  };
}
