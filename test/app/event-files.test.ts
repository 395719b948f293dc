import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readEventFile, type ReadEvent } from '../../app/simulation/event-files.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const path = join(makeTemporaryFolder('events'), 'file');

async function read(content: string | Buffer): Promise<ReadEvent[]> {
  writeFileSync(path, content);
  const events: ReadEvent[] = [];
  for await (const event of readEventFile(path, () => undefined)) events.push(event);
  return events;
}

function shown({ place, value }: ReadEvent): string {
  return `${place.slice(path.length)} ${JSON.stringify(value ?? 'none')}`;
}

describe('the events of a file', () => {
  const cases: readonly (readonly [string, string | Buffer, readonly string[]])[] = [
    ['one a line', '{"a":1}\n\n{"a":2}\r\n', [':1 {"a":1}', ':3 {"a":2}']],
    ['after blank lines', '\n  \n{"a":1}', [':3 {"a":1}']],
    ['after a byte order mark', '\uFEFF{"a":1}\n', [':1 {"a":1}']],
    ['of an array', ' [ {"a":1},\n{"a":2} ]\n', [': event 1 {"a":1}', ': event 2 {"a":2}']],
    ['one, indented', '{\n  "a": {\n    "b": 1\n  }\n}\n', [':1 {"a":{"b":1}}']],
    ['several, indented', '{\n  "a": 1\n}\n{\n  "a": 2\n}\n', [':1 {"a":1}', ':4 {"a":2}']],
    ['with a line that is no JSON', '{"a":\n{"a":2}\n', [':1 "none"', ':2 {"a":2}']],
    ['that ends within one', '{\n  "a": 1\n', [':1 "none"']],
    ['zipped', gzipSync('{"a":1}\n{"a":2}\n'), [':1 {"a":1}', ':2 {"a":2}']],
    [
      'zipped in two members',
      Buffer.concat([gzipSync('[{"a"'), gzipSync(':1}]')]),
      [': event 1 {"a":1}'],
    ],
    ['that is empty', '', []],
    ['of one byte', '7', [':1 7']],
    ['of blanks', ' \n \n', []],
  ];
  for (const [what, content, expected] of cases) {
    it(`are read, ${what}`, async () => {
      assert.deepEqual((await read(content)).map(shown), expected);
    });
  }

  it('keep their text, so that large numbers stay what they are', async () => {
    const text = '{"rcvd_time":1763999999999999999}';
    assert.equal((await read(`${text}\n`))[0]?.text, text);
  });

  it('are refused by a zipped file that is cut off', async () => {
    const zipped = gzipSync('{"a":1}\n'.repeat(1000));
    await assert.rejects(read(zipped.subarray(0, zipped.length - 10)), /unexpected end of file/);
  });

  it('tell how much of the file was read', async () => {
    writeFileSync(path, '{"a":1}\n'.repeat(50_000));
    let bytes = 0;
    for await (const event of readEventFile(path, (count) => (bytes += count))) {
      assert.ok(bytes > 0, event.place);
    }
    assert.equal(bytes, 400_000);
  });
});
