import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { niceTop } from '../../web/charts/nice-scale.ts';
import { keyName, type KeyPress } from '../../web/controls/key-name.ts';
import { toRowWindow } from '../../web/controls/virtual-rows.ts';

describe('a key', () => {
  const cases: [Partial<KeyPress>, string | null][] = [
    [{ key: 'j' }, 'j'],
    [{ key: 'J', shiftKey: true }, 'J'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: ' ' }, 'space'],
    [{ key: 'ArrowDown', shiftKey: true }, 'shift+down'],
    [{ key: 'a', ctrlKey: true }, 'ctrl+a'],
    [{ key: 'Enter', metaKey: true }, 'ctrl+enter'],
    [{ key: 'd', altKey: true }, null],
  ];
  for (const [press, name] of cases) {
    it(`${JSON.stringify(press)} is called ${String(name)}`, () => {
      const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
      assert.equal(keyName({ key: '', ...held, ...press }), name);
    });
  }
});

describe('the rows in sight', () => {
  const rows = { rowHeight: 32, height: 320 };

  it('are all drawn up to 200', () => {
    const window = toRowWindow({ ...rows, count: 200, scrollTop: 640 });
    assert.deepEqual(window, { first: 0, end: 200, above: 0, below: 0, from: 21, to: 30 });
  });

  it('are those around the position of a long list, and the rest keeps its height', () => {
    const window = toRowWindow({ ...rows, count: 1_000_000, scrollTop: 16_000_000 });
    assert.deepEqual([window.from, window.to], [500_001, 500_010]);
    assert.ok(window.end - window.first < 60);
    const height = window.above + window.below + (window.end - window.first) * 32;
    assert.equal(height, 32_000_000);
  });

  it('end with the list, also when it has become shorter than the position', () => {
    const window = toRowWindow({ ...rows, count: 300, scrollTop: 1_000_000 });
    assert.deepEqual([window.from, window.to, window.below], [291, 300, 0]);
  });

  it('are none of an empty list', () => {
    const window = toRowWindow({ ...rows, count: 0, scrollTop: 0 });
    assert.deepEqual([window.from, window.to, window.end], [0, 0, 0]);
  });
});

describe('the top of an axis', () => {
  it('is a round number that is not lower than the highest value', () => {
    assert.deepEqual([0, 1, 3, 7, 41, 3140, 8120].map(niceTop), [1, 1, 4, 10, 50, 4000, 10_000]);
  });
});
