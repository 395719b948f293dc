import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

/** What a service manager listens on. */
export interface NotifySocket {
  readonly path: string;
  /** All that came so far. */
  messages(): string;
  readonly close: () => void;
}

/** Node.js has no Unix datagram sockets. A descriptor that comes along (systemd-notify waits for its end) is closed by recv. */
const PROGRAM = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(s.recv(65536).decode(), flush=True)
`;

/** Listens as systemd does on its NOTIFY_SOCKET. */
export async function listenForNotices(): Promise<NotifySocket> {
  const path = join(makeTemporaryFolder('notify'), 'socket');
  const child = spawn('python3', ['-c', PROGRAM, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await Promise.race([
    waitUntil(() => text.includes('listening'), 'the socket', 20_000),
    once(child, 'error'),
  ]);
  return {
    path,
    messages: () => text,
    close: () => {
      child.kill('SIGKILL');
    },
  };
}
