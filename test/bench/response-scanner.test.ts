import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createResponseScanner } from '../../bench/rig/response-scanner.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nDate: x\r\n\r\n';
const FULL = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nfull\n';

const cases: { name: string; chunks: string[]; statuses: number[] }[] = [
  { name: 'an answer in one piece', chunks: [OK], statuses: [200] },
  { name: 'the same answer again', chunks: [OK, OK], statuses: [200, 200] },
  { name: 'an answer with a body', chunks: [FULL], statuses: [503] },
  { name: 'answers that differ', chunks: [OK, FULL, OK], statuses: [200, 503, 200] },
  { name: 'a head in two pieces', chunks: [OK.slice(0, 20), OK.slice(20)], statuses: [0, 200] },
  { name: 'a body of its own', chunks: [FULL.slice(0, -5), FULL.slice(-5)], statuses: [0, 503] },
];

describe('a response scanner', () => {
  for (const { name, chunks, statuses } of cases) {
    it(`reads ${name}`, () => {
      const scanner = createResponseScanner();
      // As the sockets do it: one buffer for everything received, longer than what is in it.
      const buffer = Buffer.alloc(500, 'x');
      const read = chunks.map((chunk) => scanner.scan(buffer, buffer.write(chunk)));
      assert.deepEqual(read, statuses);
    });
  }

  it('refuses an answer without a length', () => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\n\r\n');
    assert.throws(() => createResponseScanner().scan(bytes, bytes.length), /Content-Length/);
  });
});
