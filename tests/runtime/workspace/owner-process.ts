import { createLocalWorkspaces } from '../../../agent-runtime/src/workspace/local.ts';

// A process that makes a working copy, says so, and lives until it is killed.
const [folder, repository] = process.argv.slice(2);
const workspaces = createLocalWorkspaces({ folder: folder!, protocols: ['file', 'http'] });
const workspace = await workspaces.create({ taskId: 'of-another', repository: repository!, revision: 'main' });
if (process.argv[4] === 'run') void workspace.run(['/bin/sh', '-c', 'sleep 304.75 & setsid sleep 304.75 & sleep 304.75'], { timeoutMs: 600_000 });
console.log('made');
setInterval(() => {}, 60_000);
