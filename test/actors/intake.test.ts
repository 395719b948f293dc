// How submissions wait for room (SPEC §9): first come, first served, whole or not at all.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Intake, type AdmittedInput } from '../../actors/intake.ts';
import { createEngineCounters } from '../../core/ledger/engine-counters.ts';
import { createLedger } from '../../core/ledger/ledger.ts';
import { createEvent } from '../support/correlation-bed.ts';

const LONG_MS = 60_000;

interface Bed {
  readonly intake: Intake;
  readonly ledger: ReturnType<typeof createLedger>;
  readonly batches: (() => readonly AdmittedInput[])[];
  readonly submit: (count: number) => ReturnType<Intake['submit']>;
  /** Takes what has gathered and settles it. */
  readonly settle: () => number;
  clock: number;
}

function createBed({ maxQueue = 10, waitMs = LONG_MS, nextSequence = 0 } = {}): Bed {
  const batches: (() => readonly AdmittedInput[])[] = [];
  const ledger = createLedger(0);
  const intake = new Intake({
    ...{ ledger, counters: createEngineCounters(), maxQueue, waitMs, nextSequence },
    clockSeconds: () => bed.clock,
    onBatch: (take) => batches.push(take),
  });
  const bed: Bed = {
    ...{ intake, ledger, batches, clock: 100 },
    submit: (count) => intake.submit(Array.from({ length: count }, () => createEvent())),
    settle: () => {
      const inputs = batches.splice(0).flatMap((take) => take());
      intake.settle(inputs, 0);
      return inputs.length;
    },
  };
  return bed;
}

describe('the intake', () => {
  it('answers at once while there is room', () => {
    const bed = createBed();
    assert.deepEqual([bed.submit(4), bed.submit(6)], ['admitted', 'admitted']);
    assert.deepEqual([bed.intake.inFlight, bed.ledger.accepted, bed.ledger.unrouted], [10, 10, 10]);
  });

  it('gathers what comes before the batch is taken, and numbers it in its order', () => {
    const bed = createBed({ nextSequence: 7 });
    void bed.submit(2);
    void bed.submit(1);
    assert.equal(bed.batches.length, 1);
    const [take] = bed.batches;
    assert.deepEqual(
      take?.().map(({ sequence }) => sequence),
      [7, 8, 9],
    );
    void bed.submit(1);
    assert.equal(bed.batches.length, 2);
    assert.equal(bed.intake.nextSequence, 11);
  });

  it('has times in whole seconds that never go back', () => {
    const bed = createBed();
    void bed.submit(1);
    bed.clock = 90;
    void bed.submit(1);
    assert.equal(bed.intake.now(), 100);
    bed.clock = 101;
    void bed.submit(1);
    const inputs = bed.batches.flatMap((take) => take());
    assert.deepEqual(
      inputs.map(({ now }) => now),
      [100, 100, 101],
    );
  });

  it('makes a request wait for room, and lets nobody pass one that waits', async () => {
    const bed = createBed();
    void bed.submit(8);
    const answers: string[] = [];
    const note = (name: string, answer: ReturnType<Intake['submit']>): Promise<unknown> =>
      Promise.resolve(answer).then((admission) => answers.push(`${name} ${admission}`));
    // the small one would fit, but came later
    const all = [note('large', bed.submit(5)), note('small', bed.submit(1))];
    assert.equal(bed.intake.inFlight, 8);
    assert.equal(bed.settle(), 8);
    await Promise.all(all);
    assert.deepEqual(answers, ['large admitted', 'small admitted']);
    assert.equal(bed.settle(), 6);
  });

  it("answers 'full' after the wait, and then looks at those behind", async () => {
    const bed = createBed({ waitMs: 20 });
    void bed.submit(8);
    const large = bed.submit(5);
    const small = bed.submit(2);
    assert.equal(await large, 'full');
    assert.equal(await small, 'admitted');
    assert.deepEqual([bed.intake.inFlight, bed.ledger.accepted], [10, 10]);
  });

  it('admits a request that is larger than the queue when nothing is in flight', async () => {
    const bed = createBed();
    assert.equal(bed.submit(25), 'admitted');
    const next = bed.submit(25);
    assert.equal(bed.intake.inFlight, 25);
    bed.settle();
    assert.equal(await next, 'admitted');
    assert.equal(bed.intake.inFlight, 25);
  });

  it('holds an event until the last directive that it concerns has settled it', () => {
    const bed = createBed();
    void bed.submit(2);
    const inputs = bed.batches.flatMap((take) => take());
    const [first] = inputs;
    assert.ok(first !== undefined);
    first.deliveries = 2;
    bed.intake.settle(inputs, 0);
    assert.equal(bed.intake.inFlight, 1);
    bed.intake.settle([first], 0);
    assert.equal(bed.intake.inFlight, 0);
  });

  it("answers 'closing' to those that wait and to those that come, and waits for what is in flight", async () => {
    const bed = createBed();
    void bed.submit(10);
    const waiting = bed.submit(1);
    const closed = bed.intake.close(LONG_MS);
    assert.equal(await waiting, 'closing');
    assert.equal(bed.submit(1), 'closing');
    bed.settle();
    assert.equal(await closed, true);
    assert.equal(bed.ledger.accepted, 10);
  });

  it('gives up closing at its limit', async () => {
    const bed = createBed();
    void bed.submit(1);
    assert.equal(await bed.intake.close(10), false);
    assert.equal(await createBed().intake.close(10), true);
  });

  it('lets an empty request through', () => {
    assert.equal(createBed().submit(0), 'admitted');
  });
});
