import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatJsonArray, JsonArrayError, parseJsonArray } from '../../state/json-array.ts';
import { trials } from '../support/trials.ts';

async function parse(bytes: Buffer, pieceLength = Infinity): Promise<unknown[]> {
  async function* pieces(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    const step = Math.min(pieceLength, bytes.length);
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  }
  const items: unknown[] = [];
  for await (const item of parseJsonArray(pieces())) items.push(item);
  return items;
}

const broken: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /ends before/],
  ['  ', /ends before/],
  ['{}', /not an array/],
  ['null', /not an array/],
  ['\uFEFF[]', /not an array/],
  ['[', /ends before/],
  ['[1,2', /ends before/],
  ['["a', /ends before/],
  ['[1}', /not closed/],
  ['[{]}', /not closed/],
  ['[{"a":1]]', /not JSON/],
  ['[,]', /not JSON/],
  ['[1,]', /not JSON/],
  ['[1 2]', /not JSON/],
  ['[a]', /not JSON/],
  ['[] x', /follows/],
  ['[][]', /follows/],
  [`[${'['.repeat(100_000)}`, /nested/],
];

describe('a JSON array in pieces', () => {
  it('is written with one element a line', async () => {
    assert.equal(await format([{ a: 1 }, 'b']), '[\n{"a":1},\n"b"\n]\n');
    assert.equal(await format([]), '[]\n');
  });

  it('is read as JSON.parse reads it, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 5 })),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (items, pieceLength, indent) => {
          const text = ` ${JSON.stringify(items, null, indent)}\r\n`;
          assert.deepEqual(await parse(Buffer.from(text), pieceLength), JSON.parse(text));
        },
      ),
      { numRuns: trials(2000) },
    );
  });

  it('is refused wherever JSON.parse refuses it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', ':', '1', 'a', ' '), {
          maxLength: 12,
        }),
        async (symbols) => {
          const text = `[${symbols.join('')}]`;
          const ours = await parse(Buffer.from(text)).catch((err: unknown) => err);
          let theirs: unknown;
          try {
            theirs = JSON.parse(text);
          } catch {
            assert.ok(ours instanceof JsonArrayError, text);
            return;
          }
          assert.deepEqual(ours, theirs);
        },
      ),
      { numRuns: trials(20_000) },
    );
  });

  for (const [text, message] of broken) {
    it(`is refused with its fault: ${text.slice(0, 20)}`, async () => {
      await assert.rejects(parse(Buffer.from(text)), { name: 'JsonArrayError', message });
    });
  }

  it('is refused when it is no valid UTF-8', async () => {
    await assert.rejects(parse(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])), /UTF-8/);
  });
});

async function format(items: readonly unknown[]): Promise<string> {
  let text = '';
  for await (const piece of formatJsonArray(items)) text += piece;
  return text;
}
