import { createServer, connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Hears of ends from other processes of this machine, each a line with the id of what ended. */
export async function listenForEnds(path: string, ended: (id: string) => void): Promise<{ close(): void }> {
  const server = createServer((socket) => createInterface(socket).on('line', ended));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { close: () => void server.close() };
}

/** Answers with what tells the listener. */
export function tellOfEnds(path: string): (ids: readonly string[]) => void {
  const socket = connect(path);
  return (ids) => void socket.write(ids.map((id) => `${id}\n`).join(''));
}
