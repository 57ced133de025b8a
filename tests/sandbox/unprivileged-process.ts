import type * as local from '../../agent-runtime/src/workspace/local.ts';

// A runtime that is no root: makes a copy, runs programs on it and prints what became of them.
const [module, folder, repository] = process.argv.slice(2);
const { createLocalWorkspaces } = await import(module!) as typeof local;
const workspaces = createLocalWorkspaces({ folder: folder!, protocols: ['file'], sandbox: { limits: { processes: 40, memoryBytes: 268_435_456 } } });
const workspace = await workspaces.create({ taskId: 't', repository: repository!, revision: 'main' });
const shell = (script: string, timeoutMs = 10_000) => workspace.run(['/bin/sh', '-c', script], { timeoutMs });
const python = (script: string, timeoutMs = 10_000) => workspace.run(['/usr/bin/python3', '-c', script], { timeoutMs });

const results = {
  uid: process.getuid!(),
  works: (await shell('cat a.txt; echo made > made.txt')).stdout,
  owner: (await shell('stat -c %u made.txt')).stdout,
  outside: (await shell(`ls -d ${folder}/mirrors ${folder} /root /etc/shadow /home 2>/dev/null; cat /proc/*/environ | tr '\\0' '\\n' | grep SECRET`)).stdout,
  killed: (await shell(`kill -9 ${process.pid} 2>/dev/null && echo killed`)).stdout,
  // Its user has processes outside already: they must not count, and it must not count among them.
  forked: (await python('import os, time\nn=0\ntry:\n    while n<200:\n        if os.fork() == 0: time.sleep(3); os._exit(0)\n        n+=1\nexcept BlockingIOError: pass\nprint(n)')).stdout,
  bomb: (await python('import os\nwhile True:\n    try: os.fork()\n    except BlockingIOError: pass', 1_000)).stoppedBy,
  memory: (await python('import os, time\nfor n in range(8):\n    if os.fork() == 0:\n        x = bytearray(b"x") * (100 << 20); time.sleep(20); os._exit(0)\ntime.sleep(20)')).stoppedBy,
  temporary: (await python('n=0\nwhile True:\n    open("/tmp/%d" % n, "w").close(); n+=1', 20_000)).stoppedBy,
  hidden: (await shell('chmod 000 a.txt; chmod 000 folder; mkdir -p locked/in; chmod 000 locked')).exitCode,
  diff: await workspace.diff(),
};
await workspace.close();
await workspaces.close();
console.log(JSON.stringify(results));
