import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alarmId } from '../../../core/correlation/alarm-id.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The 54 bits that an id spells. */
function toBits(id: string): string {
  return Array.from(id, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(6, '0')).join('');
}

/** All but the last of the 54 bits, which are what a double holds exactly. */
function toNumber(id: string): number {
  let value = 0;
  for (let index = 0; index < 8; index += 1) value = value * 64 + indexAt(id, index);
  return value * 32 + (indexAt(id, 8) >> 1);
}

const INDEXES = new Map(Array.from(ALPHABET, (letter, index) => [letter.charCodeAt(0), index]));

function indexAt(id: string, position: number): number {
  return INDEXES.get(id.charCodeAt(position)) ?? -1;
}

function assertNoneTwice(ids: Float64Array): void {
  ids.sort();
  for (let index = 1; index < ids.length; index += 1) {
    assert.notEqual(ids[index], ids[index - 1]);
  }
}

describe('alarm ids', () => {
  it('are nine characters of the alphabet', () => {
    for (let sequence = 0; sequence < 2_000; sequence += 1) {
      assert.match(alarmId('epoch', 7, sequence), /^[A-Za-z0-9_-]{9}$/);
    }
  });

  it('are the same for the same log, directive and sequence', () => {
    assert.equal(alarmId('epoch', 7, 12), alarmId('epoch', 7, 12));
  });

  it('differ in 2,000,000 events of one log, of a handful of directives and of several logs', () => {
    const ids = new Float64Array(2_000_000);
    let count = 0;
    for (const epoch of ['c2Vjb25kIGVwb2No', 'c2Vjb25kIGVwb2Ni']) {
      for (const directive of [1, 2, 10, 500_001]) {
        for (let sequence = 0; sequence < 250_000; sequence += 1) {
          ids[count] = toNumber(alarmId(epoch, directive, sequence));
          count += 1;
        }
      }
    }
    assertNoneTwice(ids);
  });

  it('differ for many directives that one event concerns', () => {
    const ids = new Float64Array(200_000);
    for (let id = 1; id <= ids.length; id += 1)
      ids[id - 1] = toNumber(alarmId('epoch', id, 123_456));
    assertNoneTwice(ids);
  });

  it('do not mix up directive and sequence', () => {
    assert.notEqual(alarmId('epoch', 1, 23), alarmId('epoch', 12, 3));
    assert.notEqual(alarmId('epoch/1', 2, 3), alarmId('epoch', 1, 23));
  });

  it('change in about half of their bits with any part of what they are made of', () => {
    const changes: readonly ((round: number) => [string, string])[] = [
      (n) => [alarmId('epoch', 7, n), alarmId('epoch', 7, n + 1)],
      (n) => [alarmId('epoch', n, 7), alarmId('epoch', n + 1, 7)],
      (n) => [alarmId(`A${String(n)}`, 7, 7), alarmId(`B${String(n)}`, 7, 7)],
    ];
    for (const change of changes) {
      const flips = new Array<number>(54).fill(0);
      const rounds = 1_000;
      for (let round = 0; round < rounds; round += 1) {
        const [left = '', right = ''] = change(round).map(toBits);
        for (let bit = 0; bit < 54; bit += 1) {
          if (left[bit] !== right[bit]) flips[bit] = (flips[bit] ?? 0) + 1;
        }
      }
      for (const flipped of flips) assert.ok(flipped > rounds * 0.4 && flipped < rounds * 0.6);
    }
  });
});
