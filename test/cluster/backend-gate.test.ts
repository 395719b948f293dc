import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAnnouncement, type Announcement } from '../../cluster/announcement.ts';
import { createBackendGate } from '../../cluster/backend-gate.ts';
import type { NatsLink } from '../../cluster/nats-link.ts';
import { waitUntil } from '../support/wait-until.ts';

interface Bed {
  readonly gate: NatsLink;
  /** What the gate told its listener. */
  readonly told: readonly boolean[];
  connect(isConnected: boolean): void;
  hear(node: string, more?: Partial<Announcement>): void;
}

/** A gate before a link that does what it is told, and is not connected yet. */
function openGate({ waitMs = 60_000, files = ['directives_b1_a.json'] } = {}): Bed {
  const listeners: ((isConnected: boolean) => void)[] = [];
  const hearers: ((announcement: Announcement) => void)[] = [];
  const live = new Map<string, Announcement>();
  const told: boolean[] = [];
  let isConnected = false;
  const refuse = (): Promise<never> => Promise.reject(new Error('nobody asks'));
  const gate = createBackendGate({
    link: {
      get isConnected() {
        return isConnected;
      },
      ...{ sinceMs: 1, problem: undefined, maxPayload: 100 },
      counters: { connects: 0, disconnects: 0, failures: 0 },
      ...{ publish: () => true, flush: refuse, request: refuse, subscribe: () => () => undefined },
      onChange: (listener) => {
        listeners.push(listener);
      },
      close: () => Promise.resolve(),
    },
    directory: {
      live: () => [...live.values()],
      onAnnouncement: (listener) => {
        hearers.push(listener);
      },
    },
    ...{ files: () => files, waitMs },
  });
  gate.onChange((isOpen) => {
    told.push(isOpen);
  });
  return {
    ...{ gate, told },
    connect: (now) => {
      isConnected = now;
      for (const listener of listeners) listener(now);
    },
    hear: (node, more = {}) => {
      const said = readAnnouncement(
        Buffer.from(JSON.stringify({ role: 'backend', node, epoch: 'e' })),
      );
      assert.ok(said);
      const announcement = { ...said, ...more };
      live.set(node, announcement);
      for (const listener of hearers) listener(announcement);
    },
  };
}

const ONE = { files: ['directives_b1_a.json'] };
const TWO = { files: ['directives_b2_a.json'] };

describe('events of a frontend', () => {
  it('are held until every directive file is held by a backend', async () => {
    const bed = openGate({ files: ['assets_a.json', ...ONE.files, ...TWO.files] });
    assert.equal(bed.gate.isConnected, false);
    bed.connect(true);
    bed.hear('b1', ONE);
    bed.hear('f2', { role: 'frontend', ...TWO });
    assert.equal(bed.gate.isConnected, false);
    bed.hear('b2', TWO);
    assert.deepEqual([bed.gate.isConnected, bed.told], [true, [true]]);
    bed.hear('b2', TWO);
    assert.deepEqual(bed.told, [true]);
    await bed.gate.close();
  });

  it('are held after a loss until the backends that were there are back', async () => {
    const bed = openGate();
    bed.connect(true);
    bed.hear('b1', ONE);
    bed.hear('b2', TWO);
    bed.connect(false);
    assert.equal(bed.gate.isConnected, false);
    bed.connect(true);
    bed.hear('b1', ONE);
    assert.equal(bed.gate.isConnected, false);
    bed.hear('b2', TWO);
    assert.deepEqual(bed.told, [true, false, true]);
    await bed.gate.close();
  });

  it('are not held for a backend that says good-bye, nor for what was heard before NATS', async () => {
    const bed = openGate();
    bed.hear('b1', ONE);
    assert.equal(bed.gate.isConnected, false);
    bed.connect(true);
    bed.hear('b1', ONE);
    bed.hear('b2', TWO);
    bed.connect(false);
    bed.connect(true);
    bed.hear('b1', ONE);
    bed.hear('b2', { ...TWO, isLast: true });
    assert.equal(bed.gate.isConnected, true);
    await bed.gate.close();
  });

  it('are held no longer than a while for backends that tell nothing', async () => {
    const bed = openGate({ waitMs: 20 });
    bed.connect(true);
    assert.equal(bed.gate.isConnected, false);
    await waitUntil(() => bed.gate.isConnected, 'the end of the wait');
    await bed.gate.close();
  });

  it('are held as long again when NATS goes and comes while they are held', async () => {
    const bed = openGate();
    bed.connect(true);
    bed.hear('b1', ONE);
    bed.connect(false);
    bed.connect(true);
    bed.connect(false);
    bed.connect(true);
    assert.equal(bed.gate.isConnected, false);
    bed.hear('b1', ONE);
    assert.equal(bed.gate.isConnected, true);
    await bed.gate.close();
  });
});
