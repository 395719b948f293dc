import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compileAssets } from '../../../core/asset/compile-assets.ts';
import { AddressChooser } from '../../../core/simulation/address-chooser.ts';
import { createNoise } from '../../../core/simulation/make-noise.ts';
import { createRandom } from '../../../core/simulation/random.ts';
import { ASSETS, compileRules, createRule, TAXONOMY } from '../../support/correlation-bed.ts';
import { createEngineBed } from '../../support/engine-bed.ts';

const directives = [
  compileRules([createRule(1, { from: '198.51.100.0/24' }), createRule(2)], { id: 1 }),
  compileRules([createRule(1, { plugin_id: 2 }), createRule(2, { ...TAXONOMY, from: ':1' })], {
    id: 2,
  }),
];

function makeNoise(seed: number): ReturnType<typeof createNoise> {
  const { assets } = compileAssets(ASSETS);
  const random = createRandom(seed);
  const addresses = new AddressChooser(ASSETS, assets, random);
  return createNoise({ directives, assets, addresses, random });
}

it('noise reaches directives and opens no backlog', async () => {
  const bed = createEngineBed(directives);
  const make = makeNoise(7);
  const noKey = { plugin_id: 0, plugin_sid: 0 };
  await bed.post(...Array.from({ length: 500 }, () => ({ ...noKey, ...make() })));
  await bed.settled();
  assert.ok(bed.ledger.unmatched > 50, JSON.stringify(bed.ledger));
  assert.equal(bed.ledger.opened, 0);
  assert.ok(bed.ledger.noDirective > 250);
});

it('noise is the same for the same seed and another for another', () => {
  const [first, same, other] = [7, 7, 8].map((seed) => {
    const make = makeNoise(seed);
    return JSON.stringify(Array.from({ length: 20 }, make));
  });
  assert.equal(first, same);
  assert.notEqual(first, other);
});
