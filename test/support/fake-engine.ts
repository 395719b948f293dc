import type { Admission, EnginePort } from '../../actors/engine-port.ts';
import type { NormalizedEvent } from '../../core/event/normalized-event.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';

/** An engine that keeps what it is given and answers what a test has set. */
export interface FakeEngine extends Pick<EnginePort, 'submit'> {
  readonly events: NormalizedEvent[];
  answer: Admission;
  /** 'wait': submissions stay unanswered until `settle`; 'throw': they throw. */
  mode: 'at once' | 'wait' | 'throw';
  /** Answers everything that waits, in its order. */
  settle(): void;
  readonly waiting: number;
}

/** A fake engine that counts in the ledger as the real one does: accepted, then reached at once without a directive. */
export function createFakeEngine(ledger: Ledger): FakeEngine {
  const waiting: (() => void)[] = [];
  const engine: FakeEngine = {
    events: [],
    answer: 'admitted',
    mode: 'at once',
    get waiting() {
      return waiting.length;
    },
    submit: (events) => {
      if (engine.mode === 'throw') throw new Error('engine is broken');
      if (engine.mode === 'at once') return take(events);
      return new Promise((resolve) => {
        waiting.push(() => {
          resolve(take(events));
        });
      });
    },
    settle: () => {
      for (const answer of waiting.splice(0)) answer();
    },
  };

  function take(events: readonly NormalizedEvent[]): Admission {
    if (engine.answer !== 'admitted') return engine.answer;
    engine.events.push(...events);
    ledger.accepted += events.length;
    ledger.noDirective += events.length;
    return 'admitted';
  }

  return engine;
}
