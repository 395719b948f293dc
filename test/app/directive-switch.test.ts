import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDirectiveSwitch } from '../../app/directive-switch.ts';
import type { DirectiveOff } from '../../state/directives-off-file.ts';
import { createDirectiveState, createFakeEngineAdmin } from '../support/fake-engine-admin.ts';

describe('createDirectiveSwitch', () => {
  const off = { since: 1, by: 'bob' };

  function createBed(save: (directives: readonly DirectiveOff[]) => Promise<void>): {
    engine: ReturnType<typeof createFakeEngineAdmin>;
    switches: ReturnType<typeof createDirectiveSwitch>;
  } {
    const engine = createFakeEngineAdmin();
    for (const id of [1, 2]) engine.states.set(id, createDirectiveState(id));
    const turnedOff = new Map([[9, off]]);
    const switches = createDirectiveSwitch({ engine, turnedOff, save, wallMs: () => 7_000 });
    return { engine, switches };
  }

  it('keeps every one of many changes at a time, and those of directives that are not loaded', async () => {
    const saved: (readonly DirectiveOff[])[] = [];
    const { engine, switches } = createBed((directives) => {
      saved.push(directives);
      return Promise.resolve();
    });
    await Promise.all([switches.set(1, false, 'ann'), switches.set(2, false, 'ann')]);
    assert.deepEqual(
      saved.at(-1)?.map(({ id }) => id),
      [9, 1, 2],
    );
    assert.ok(engine.states.get(2)?.off);
    assert.equal(await switches.set(1, false, 'eve'), true);
    assert.deepEqual(switches.off(1), { since: 7, by: 'ann' });
    assert.equal(await switches.set(9, true, 'ann'), false);
    assert.deepEqual(switches.off(9), off);
  });

  it('changes nothing when the change cannot be kept', async () => {
    const { engine, switches } = createBed(() => Promise.reject(new Error('disk full')));
    await assert.rejects(switches.set(1, false, 'ann'), /disk full/);
    assert.equal(engine.states.get(1)?.off, undefined);
    assert.equal(switches.off(1), undefined);
  });
});
