import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { createAsker } from '../../../cluster/view/asker.ts';
import { ALARM_CALLS } from '../../../cluster/view/alarm-calls.ts';
import { defineRead } from '../../../cluster/view/call.ts';
import { PartAssembler, splitIntoParts } from '../../../cluster/view/message-parts.ts';
import { createResponder } from '../../../cluster/view/responder.ts';
import { askSubject } from '../../../cluster/view/view-subjects.ts';
import { connectTestLink, type TestLink } from '../../support/cluster-bed.ts';
import { startNatsServer, type NatsServer } from '../../support/nats-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SELF = { node: 'a', epoch: 'run' };
const double = defineRead('double', z.number().max(1e6), z.number());
const links: TestLink[] = [];
let nats: NatsServer;

before(async () => {
  nats = await startNatsServer();
});
after(async () => {
  for (const { link } of links) await link.close();
  await nats.stop();
});

async function connect(): Promise<TestLink> {
  const opened = await connectTestLink(nats.url);
  links.push(opened);
  return opened;
}

describe('a backend that is asked over NATS', () => {
  it('answers, refuses what it does not understand, and tells of its failures without their text', async () => {
    const { link, log } = await connect();
    const responder = createResponder({ link, self: SELF, log });
    const broken = defineRead('broken', z.object({}), z.string());
    responder.on(double, (number) => 2 * number);
    responder.on(broken, () => Promise.reject(new Error('secret path')));
    await link.flush();
    const asker = createAsker({ link: (await connect()).link });
    assert.equal(await asker.ask(SELF, double, 21), 42);
    await assert.rejects(asker.ask(SELF, double, 1e7), { code: 'not_understood' });
    await assert.rejects(asker.ask(SELF, defineRead('other', z.string(), z.string()), ''), {
      code: 'not_understood',
    });
    const wrong = defineRead('double', z.number(), z.string());
    await assert.rejects(asker.ask(SELF, wrong, 1), { code: 'not_understood' });
    await assert.rejects(asker.ask(SELF, broken, {}), { code: 'failed', message: /log says why/ });
    responder.close();
  });

  it('checks what queries are made of', async () => {
    const { link, log } = await connect();
    const responder = createResponder({ link, self: SELF, log });
    let asked = 0;
    responder.on(ALARM_CALLS.list, () => {
      asked += 1;
      return { sequence: 0, alarms: [], total: 0, next: undefined };
    });
    await link.flush();
    const asker = createAsker({ link: (await connect()).link });
    const base: Record<string, unknown> = {
      ...{ filter: {}, sort: { by: 'last', descending: true }, limit: 10 },
    };
    const anything = defineRead('alarms.list', z.unknown(), z.unknown());
    for (const change of [
      { limit: 1e9 },
      { sort: { by: 'id; DROP TABLE', descending: true } },
      { filter: { is: { status: 'Open' } } },
      { filter: { is: { from: [{ family: 4, base: '1', prefix: 8 }] } } },
      { filter: { is: { other: 1 } } },
      { after: { values: ['x'], id: 'x' } },
    ]) {
      await assert.rejects(asker.ask(SELF, anything, { ...base, ...change }), {
        code: 'not_understood',
      });
    }
    assert.equal(asked, 0);
    await asker.ask(SELF, anything, base);
    assert.equal(asked, 1);
    responder.close();
  });

  it('answers no more at once than it can, and refuses beyond what may wait', async () => {
    const { link, log } = await connect();
    const responder = createResponder({ link, self: SELF, log });
    let running = 0;
    let most = 0;
    const free: (() => void)[] = [];
    responder.on(double, async (number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => free.push(resolve));
      running -= 1;
      return number;
    });
    await link.flush();
    const asker = createAsker({ link: (await connect()).link });
    const all = Array.from({ length: 600 }, (_, number) => asker.ask(SELF, double, number));
    const outcomes = Promise.allSettled(all);
    await waitUntil(() => free.length === 32, 'as many as are answered at once');
    const timer = setInterval(() => {
      for (const next of free.splice(0)) next();
    }, 1);
    const settled = await outcomes;
    clearInterval(timer);
    assert.equal(most, 32);
    const refused = settled.filter(({ status }) => status === 'rejected');
    assert.ok(refused.length > 0 && refused.length <= 600 - 512, String(refused.length));
    responder.close();
  });

  it('does not hold up who asks: without an answer in time, or without NATS, that ends', async () => {
    const { link } = await connect();
    const asker = createAsker({ link, limitMs: 50 });
    await assert.rejects(asker.ask(SELF, double, 1), { code: 'no_answer' });
    const slow = createAsker({ link });
    const pending = assert.rejects(slow.ask(SELF, double, 1), { code: 'away' });
    await link.close();
    await pending;
    await assert.rejects(slow.ask(SELF, double, 1), { code: 'away' });
  });
});

describe('a text in parts', () => {
  const TEXT = 'ä'.repeat(5000);

  it('is put together in whatever order they come, once', () => {
    const parts = splitIntoParts('1', TEXT, 1024) ?? [];
    assert.ok(parts.length > 10 && parts.every(({ length }) => length <= 1024));
    const assembler = new PartAssembler(1000);
    const whole = parts
      .toReversed()
      .flatMap((part) => [part, part].map((one) => assembler.take(one)));
    assert.deepEqual(
      whole.filter((one) => one !== undefined),
      [{ id: '1', text: TEXT }],
    );
  });

  it('is refused above the bound, and not begun with a message that is none', () => {
    assert.equal(splitIntoParts('1', 'x'.repeat(65 * 1024 * 1024), 1_048_576), undefined);
    const assembler = new PartAssembler(1000);
    for (const text of ['', '{}', '{}\n', '{"id":"1","part":2,"parts":2}\n', 'null\nx']) {
      assert.equal(assembler.take(Buffer.from(text)), undefined);
    }
  });

  it('is forgotten when the rest does not come', () => {
    let nowMs = 0;
    const assembler = new PartAssembler(1000, () => nowMs);
    const [first, ...rest] = splitIntoParts('1', TEXT, 6000) ?? [];
    const [other] = splitIntoParts('2', TEXT, 6000) ?? [];
    assert.ok(first && other);
    assembler.take(first);
    nowMs = 2000;
    assembler.take(other);
    assert.ok(rest.every((part) => assembler.take(part) === undefined));
  });
});

describe('the subject of a backend', () => {
  for (const node of ['a.b', 'a*', '>', '', 'a b']) {
    it(`is none for the name '${node}'`, () => {
      assert.equal(askSubject({ node, epoch: 'e' }), undefined);
    });
  }
});
