// Our nodes among those of the reference, of which the recordings tell what they say and take.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import type { NatsLink } from '../../cluster/nats-link.ts';
import { connectTestLink } from '../support/cluster-bed.ts';
import {
  ask,
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForCluster,
} from '../support/cluster-processes.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { readEventLines } from '../support/load-results.ts';
import type { NatsServer } from '../support/nats-server.ts';
import type { Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  recordedBodies,
  recordedMessages,
  skipWithoutRecordings,
  type RecordedMessage,
} from '../support/wire-recordings.ts';

const EVENTS = 'dsiem_events';
const SIGNALS = 'dsiem_overload_signals';
const OPENS = { plugin_id: 1001, plugin_sid: [1], reliability: 5 };
const FILES = {
  'assets_a.json': { assets: [{ name: 'all', cidr: '0.0.0.0/0', value: 5 }] },
  'directives_rs_a.json': { directives: [createDirectiveText()] },
  'directives_b1_a.json': {
    directives: [createDirectiveText({ rules: [createRuleText(1, OPENS), createRuleText(2)] })],
  },
};
const status = z.object({ overloaded: z.boolean() });

describe(
  'among nodes of the reference',
  {
    skip: skipWithout('nats-server') || skipWithoutRecordings,
  },
  () => {
    it('a frontend publishes for its backends what the reference publishes', async (t) => {
      const nats = await startNats(t);
      const link = await openLink(t, nats);
      const frontend = await startAlone(t, nats);
      const published: string[] = [];
      link.subscribe(EVENTS, ({ data }) => {
        published.push(Buffer.from(data).toString('utf8'));
      });
      await link.flush();
      await waitForCluster(frontend, 'f1', ({ findings }) =>
        findings.some(({ code }) => code === 'unheld_directives'),
      );
      // events are held for backends of ours for a moment
      await waitUntil(async () => (await fetch(`${frontend.url}/readyz`)).ok, 'readiness');
      const wanted: string[] = [];
      for (const { posted, posted_text: text, answer, published: texts } of recordedBodies()) {
        if (answer !== 200 || Array.isArray(posted) || texts.length !== 1) continue;
        const body = text ?? JSON.stringify(posted);
        // of two events on two lines the reference loses the second
        if (!isJson(body)) continue;
        const response = await fetch(`${frontend.url}/events`, { method: 'POST', body });
        await response.arrayBuffer();
        if (response.status === 200) wanted.push(...texts);
      }
      assert.ok(wanted.length > 30, String(wanted.length));
      await waitUntil(() => published.length >= wanted.length, 'the messages');
      assert.deepEqual(published.map(withoutRun), wanted.map(withoutRun));
    });

    it('a frontend follows the signals of their backends', async (t) => {
      const nats = await startNats(t);
      const link = await openLink(t, nats);
      const frontend = await startAlone(t, nats);
      const isOverloaded = async (): Promise<boolean> =>
        status.parse((await ask(frontend, '/api/status', { node: 'f1' })).body).overloaded;
      assert.equal(await isOverloaded(), false);
      link.publish(SIGNALS, 'TRUE');
      link.publish(SIGNALS, 'true');
      await waitUntil(isOverloaded, 'overload');
      link.publish(SIGNALS, 'maybe');
      link.publish(SIGNALS, 'false');
      await waitUntil(async () => !(await isOverloaded()), 'its end');
    });

    it('a backend takes what their frontends publish, and signals overload to them', async (t) => {
      const nats = await startNats(t);
      const link = await openLink(t, nats);
      const frontend = await startAlone(t, nats);
      const place = await makeNode(t, 'b1', nats);
      const options = ['--max-delay=10', '--hold-duration=1'];
      const backend = await startBackend(t, frontend, { ...place, options });
      const signals: string[] = [];
      link.subscribe(SIGNALS, ({ data }) => {
        signals.push(Buffer.from(data).toString('utf8'));
      });
      await link.flush();
      const messages = recordedMessages().filter(({ what }) => what !== 'a key twice');
      for (const message of messages) link.publish(EVENTS, bytesOf(message));
      const wanted = messages.filter(({ accepted }) => accepted).map(idOf);
      await waitUntil(() => readIds(backend).length >= wanted.length, 'the events');
      assert.deepEqual(readIds(backend).toSorted(), wanted.toSorted());
      await waitUntil(() => signals.length === 2, 'the signals');
      assert.deepEqual(signals, ['true', 'false']);
    });
  },
);

async function openLink(t: TestContext, nats: NatsServer): Promise<NatsLink> {
  const { link } = await connectTestLink(nats.url);
  t.after(() => link.close());
  return link;
}

async function startAlone(t: TestContext, nats: NatsServer): Promise<Product> {
  const place = await makeNode(t, 'f1', nats);
  return startFrontend(t, { ...place, options: ['--max-eps=0', '--min-eps=0'] }, FILES);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Without what differs from run to run; the reference replaces a sender's carrier. */
function withoutRun(text: string): string {
  return text
    .replace(/"conn_id":\d+/, '"conn_id":0')
    .replace(/"rcvd_time":\d+/, '"rcvd_time":0')
    .replace(/"carrier":\{.*\}\}$/, '"carrier":{}}');
}

function bytesOf({ published, published_hex: hex }: RecordedMessage): Buffer {
  return hex === undefined ? Buffer.from(published ?? '') : Buffer.from(hex, 'hex');
}

function idOf(message: RecordedMessage): string {
  return /"event_id":"([^"]*)"/.exec(bytesOf(message).toString('latin1'))?.[1] ?? '';
}

function readIds({ logDir }: Product): string[] {
  if (!existsSync(join(logDir, 'siem_alarm_events.json'))) return [];
  return readEventLines(logDir).map(({ event_id }) => event_id);
}
