// The list of live backlogs over REST: orders, search by address, pages.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { z } from 'zod';
import { backlogListSchema } from '../../server/schemas/backlog.ts';
import { readAdminToken } from '../support/browser.ts';
import { postEvents } from '../support/load-sender.ts';
import { startProduct, type Product } from '../support/process.ts';
import { attack, attackerOf, ATTACK_FILES, createAttack, UNTIL } from '../support/queue-attacks.ts';
import { waitUntil } from '../support/wait-until.ts';

type BacklogList = z.infer<typeof backlogListSchema>;

/** More than the engine asks at once. */
const ATTACKS = 450;
/** These got to the third stage. */
const FAR = [7, 300, 431];

describe('GET /api/backlogs of an engine with many', () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ files: ATTACK_FILES });
    await attack(product, 1, ATTACKS);
    const further = FAR.flatMap((one) => createAttack(one, UNTIL.medium, UNTIL.low));
    assert.equal(await postEvents(product.port, further), 200);
    await waitUntil(async () => (await list('')).total === ATTACKS, 'the backlogs');
  });
  after(() => product.dispose());

  async function ask(query: string): Promise<Response> {
    const headers = { authorization: `Bearer ${readAdminToken(product)}` };
    return fetch(`${product.url}/api/backlogs?${query}`, { headers });
  }

  async function list(query: string): Promise<BacklogList> {
    const answer = await ask(query);
    assert.equal(answer.status, 200);
    return backlogListSchema.parse(await answer.json());
  }

  async function listAll(query: string): Promise<BacklogList['backlogs']> {
    const rows: BacklogList['backlogs'] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: BacklogList = await list(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      rows.push(...page.backlogs);
      cursor = page.next;
    }
    return rows;
  }

  for (const [sort, key] of [
    ['deadline', 'deadline'],
    ['-deadline', 'deadline'],
    ['opened', 'opened'],
    ['-opened', 'opened'],
    ['last', 'last_event'],
    ['-last', 'last_event'],
    ['stage', 'stage'],
    ['-stage', 'stage'],
  ] as const) {
    it(`in the order ${sort}, each once over its pages`, async () => {
      const rows = await listAll(`sort=${sort}&limit=97`);
      assert.equal(new Set(rows.map(({ alarm_id: id }) => id)).size, ATTACKS);
      assert.equal(rows.length, ATTACKS);
      const direction = sort.startsWith('-') ? -1 : 1;
      const values = rows.map((row) => row[key]);
      assert.deepEqual(
        values,
        [...values].sort((left, right) => (left - right) * direction),
      );
    });
  }

  it('puts those that got furthest first', async () => {
    const { backlogs } = await list('sort=-stage&limit=4');
    const stages = backlogs.map(({ stage }) => stage);
    assert.deepEqual(stages, [3, 3, 3, 2]);
    const attackers = new Set(backlogs.slice(0, 3).flatMap(({ from }) => from));
    assert.deepEqual(attackers, new Set(FAR.map(attackerOf)));
  });

  it('finds those of an address, of several and of a network, in pages with their number', async () => {
    const one = await list(`address=${attackerOf(300)}`);
    assert.deepEqual([one.total, one.backlogs.map(({ from }) => from)], [1, [[attackerOf(300)]]]);
    const two = await list(`address=${attackerOf(1)},${attackerOf(450)}&sort=opened`);
    assert.equal(two.total, 2);
    const network = '203.100.1.0/24';
    const page = await list(`address=${network}&limit=50`);
    assert.deepEqual([page.total, page.backlogs.length], [ATTACKS - 255, 50]);
    const rows = await listAll(`address=${network}&limit=50`);
    const attackers = new Set(rows.flatMap(({ from }) => from));
    assert.equal(attackers.size, ATTACKS - 255);
    for (const attacker of attackers) assert.match(attacker, /^203\.100\.1\.\d+$/);
    assert.equal((await list('address=10.20.0.5')).total, ATTACKS);
    assert.equal((await list(`address=${network}&stage=3`)).total, 2);
    assert.equal((await list('address=198.51.100.1')).total, 0);
  });

  it('refuses what is no address, no order, and the cursor of another order', async () => {
    for (const query of ['address=10.0.0.1/8', 'address=db01', 'sort=risk', 'sort=--stage']) {
      assert.equal((await ask(query)).status, 400, query);
    }
    const { next } = await list('limit=1&sort=stage');
    assert.equal((await ask(`cursor=${next ?? ''}&sort=-stage`)).status, 400);
  });
});
