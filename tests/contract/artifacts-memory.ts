import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MIB = 1024 * 1024;

/**
 * Puts and gets `mebibytes` of content as a stream in a process of its own, and answers with how many MiB it held more than
 * after one small artifact: garbage is collected at every MiB, and what is left after it is what counts. `driver`: the address
 * of the driver's module, `factory` the name of its function.
 */
export async function memoryOfLargeContent(driver: string, factory: string, options: object, mebibytes: number): Promise<number> {
  const program = `
    const { Readable } = await import('node:stream');
    const { ${factory}: create } = await import(${JSON.stringify(driver)});
    const artifacts = create(${JSON.stringify(options)});
    const content = (count) => Readable.from((function* () { for (let index = 0; index < count; index += 1) yield piece(index); })());
    const held = () => { gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
    let most = 0;
    const look = () => { most = Math.max(most, held()); };
    const piece = (index) => { if (index % 16 === 0) look(); return Buffer.alloc(65536, index); };
    const roundTrip = async (key, count) => {
      const { sha256 } = await artifacts.put(key, content(count));
      const opened = await artifacts.get(key);
      let length = 0;
      for await (const chunk of opened.content) {
        if (length % 1048576 + chunk.length >= 1048576) look();
        length += chunk.length;
      }
      if (length !== count * 65536 || opened.sha256 !== sha256) throw new Error('not what was put');
    };
    await roundTrip('small', 1);
    const before = held();
    await roundTrip('large', ${mebibytes * 16});
    console.log(most - before);
    await artifacts.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--expose-gc', '--input-type=module', '--eval', program]);
  return Number(stdout) / MIB;
}
