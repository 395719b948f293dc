import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A TCP connection that speaks HTTP only as far as a test makes it. */
export interface RawConnection {
  readonly socket: Socket;
  write(bytes: string | Uint8Array): void;
  /** The next answer on the connection (one with a Content-Length); rejects when the connection ends first. */
  answer(): Promise<RawAnswer>;
  /** Resolves when the server has ended the connection. */
  ended(): Promise<void>;
}

/** Opens a connection to a server on this machine. */
export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  let isOver = false;
  let wake: (() => void) | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    wake?.();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isOver = true;
    wake?.();
  });

  function nextChange(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  return {
    socket,
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    answer: async () => {
      for (;;) {
        const parsed = takeAnswer(received);
        if (parsed !== undefined) {
          received = parsed.rest;
          if (parsed.answer.status !== 100) return parsed.answer;
        } else if (isOver) {
          throw new Error(`the connection ended without an answer: ${received}`);
        } else {
          await nextChange();
        }
      }
    },
    ended: async () => {
      while (!isOver) await nextChange();
    },
  };
}

function takeAnswer(text: string): { answer: RawAnswer; rest: string } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers.get('content-length') ?? '0');
  const bodyStart = headEnd + 4;
  if (text.length < bodyStart + length) return undefined;
  const body = text.slice(bodyStart, bodyStart + length);
  return {
    answer: { status: Number(statusLine.split(' ')[1]), headers, body },
    rest: text.slice(bodyStart + length),
  };
}

/** The bytes of a POST with its length; `headers` are further header lines. */
export function rawPost(path: string, body: string, headers: readonly string[] = []): string {
  const length = String(Buffer.byteLength(body));
  const lines = [`POST ${path} HTTP/1.1`, 'host: 127.0.0.1', `content-length: ${length}`];
  return `${[...lines, ...headers].join('\r\n')}\r\n\r\n${body}`;
}
