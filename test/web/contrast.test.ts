// The table of UI.md §12, computed from the colours that are used.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

type Tokens = ReadonlyMap<string, string>;

const css = readFileSync(join(import.meta.dirname, '..', '..', 'web', 'tokens.css'), 'utf8');
const light = readTokens(/:root \{([^}]*)\}/);
const themes: Record<string, Tokens> = {
  light,
  dark: new Map([...light, ...readTokens(/:root\[data-theme='dark'\] \{([^}]*)\}/)]),
};

const TEXT = 4.5;
const SHAPE = 3;
const grounds = ['ground', 'ground-2', 'hover', 'cursor'];
const pairs: { color: string; on: readonly string[]; least: number }[] = [
  { color: 'text', on: [...grounds, 'ground-3', 'flash'], least: TEXT },
  { color: 'text-2', on: [...grounds, 'ground-3', 'flash'], least: TEXT },
  { color: 'text-3', on: [...grounds, 'ground-3'], least: TEXT },
  { color: 'accent', on: grounds, least: TEXT },
  { color: 'on-accent', on: ['accent'], least: TEXT },
  { color: 'high', on: [...grounds, 'flash'], least: TEXT },
  { color: 'on-high', on: ['high'], least: TEXT },
  { color: 'medium', on: [...grounds, 'medium-ground', 'flash'], least: TEXT },
  { color: 'low', on: grounds, least: TEXT },
  { color: 'ok', on: ['ground', 'ground-2'], least: TEXT },
  { color: 'edge', on: ['ground', 'ground-2'], least: SHAPE },
  { color: 'fill-high', on: ['ground'], least: SHAPE },
  { color: 'fill-medium', on: ['ground'], least: SHAPE },
  { color: 'fill-low', on: ['ground'], least: SHAPE },
  { color: 'data', on: [...grounds, 'ground-3'], least: SHAPE },
];

for (const [theme, tokens] of Object.entries(themes)) {
  describe(`in the ${theme} theme`, () => {
    for (const { color, on, least } of pairs) {
      for (const ground of on) {
        it(`${color} on ${ground} has a contrast of ${String(least)} at least`, () => {
          const ratio = contrast(colorOf(tokens, color), colorOf(tokens, ground));
          assert.ok(ratio >= least, `${color} on ${ground}: ${ratio.toFixed(2)}`);
        });
      }
    }
  });
}

describe('the colours', () => {
  it('of the dark theme are the same by the system and by choice', () => {
    const bySystem = readTokens(/:root:not\(\[data-theme='light'\]\) \{([^}]*)\}/);
    const byChoice = readTokens(/:root\[data-theme='dark'\] \{([^}]*)\}/);
    assert.ok(byChoice.size > 20);
    assert.deepEqual([...bySystem], [...byChoice]);
  });

  it('have the contrast that the design says', () => {
    const ratio = (theme: Tokens, color: string): string =>
      contrast(colorOf(theme, color), colorOf(theme, 'ground')).toFixed(1);
    assert.equal(ratio(light, 'text'), '17.8');
    assert.equal(ratio(light, 'text-3'), '5.5');
    assert.equal(ratio(themes['dark'] ?? light, 'accent'), '9.2');
  });
});

function readTokens(block: RegExp): Map<string, string> {
  const text = block.exec(css)?.[1] ?? '';
  const found = [...text.matchAll(/--([\w-]+):\s*([^;]+);/g)];
  return new Map(found.map(([, name = '', value = '']) => [name, value.trim()]));
}

function colorOf(tokens: Tokens, name: string): number[] {
  const [, hex = ''] = /^#([0-9a-f]{6})$/i.exec(tokens.get(name) ?? '') ?? [];
  assert.notEqual(hex, '', `--${name} is no colour`);
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [bright = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
