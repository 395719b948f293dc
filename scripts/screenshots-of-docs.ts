// Writes docs/screenshots: the page of an engine with the starter set under attack, as docs/page.md tells of it.
// With --all every page and state, both themes, three widths, for who changes the page:
// node --import tsx scripts/screenshots-of-docs.ts --all --out /tmp/pictures
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPageBed } from '../test/support/browser.ts';
import { fillEngine, PAGE_STATES, showState } from '../test/support/page-states.ts';

const ALL_LOOKS = [1440, 1024, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((theme) => ({ width, theme })),
);
const DOCS: readonly { state: string; width: number; theme: 'light' | 'dark' }[] = [
  { state: 'alarms', width: 1440, theme: 'light' },
  { state: 'alarms-preview', width: 1440, theme: 'dark' },
  { state: 'alarm', width: 1440, theme: 'light' },
  { state: 'alarms', width: 390, theme: 'light' },
  { state: 'overview', width: 1440, theme: 'light' },
  { state: 'directives', width: 1440, theme: 'light' },
  { state: 'directive', width: 1440, theme: 'dark' },
  { state: 'configuration-file', width: 1440, theme: 'light' },
];

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    out: { type: 'string', default: join(import.meta.dirname, '..', 'docs', 'screenshots') },
    /** With --all: only states whose name has this in it. */
    only: { type: 'string', default: '' },
  },
});

const endings: (() => unknown)[] = [];
mkdirSync(values.out, { recursive: true });
try {
  const bed = await startPageBed(
    { after: (end: () => unknown) => endings.push(end) },
    { options: ['--writable-config'] },
  );
  const alarm = await fillEngine(bed.product());
  const { page } = await bed.visit({ token: 'admin', expects: [/status of 404/] });
  const shots = values.all
    ? PAGE_STATES.filter(({ name }) => name.includes(values.only)).flatMap((state) =>
        ALL_LOOKS.map((look) => ({ state, ...look })),
      )
    : DOCS.map((shot) => ({ ...shot, state: findState(shot.state) }));
  for (const { state, width, theme } of shots) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await showState(page, state, alarm);
    const path = join(values.out, `${state.name}-${String(width)}-${theme}.png`);
    await page.screenshot({ path });
    console.log(path);
  }
} finally {
  for (const end of endings) await end();
}

function findState(name: string): (typeof PAGE_STATES)[number] {
  const state = PAGE_STATES.find((known) => known.name === name);
  if (state === undefined) throw new Error(`no state ${name}`);
  return state;
}
