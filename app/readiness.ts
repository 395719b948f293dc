import type { ReloadView } from '../server/schemas/reload.ts';
import type { Readiness } from '../server/schemas/status.ts';

/** Where the process is in its life. */
export type LifePhase = 'starting' | 'running' | 'stopping';

export interface ReadinessDeps {
  readonly phase: () => LifePhase;
  readonly eventsInFlight: () => number;
  readonly maxQueue: number;
  readonly alarmFiles: readonly { readonly name: string; readonly flushLagMs: () => number }[];
  readonly lastReload: () => ReloadView;
  /** What else stands against it; nothing unless given. */
  readonly further?: (() => readonly Note[]) | undefined;
  /** What does not stand against it and should be known; nothing unless given. */
  readonly notes?: (() => readonly Note[]) | undefined;
  /** Milliseconds of a steady clock. */
  readonly monotonicMs: () => number;
}

/** Says whether the engine is ready for events, and why not. */
export interface ReadinessWatch {
  /** Looks at the queue; called about every second. */
  sample(): void;
  report(): Readiness;
}

/** A queue may be full for a moment under load: senders wait then, which is no reason to send them elsewhere. */
const FULL_MS = 5_000;
const WAITING_MS = 5_000;

type Note = Readiness['reasons'][number];

/** A watch that has seen nothing yet. */
export function createReadiness(deps: ReadinessDeps): ReadinessWatch {
  const { maxQueue, monotonicMs } = deps;
  let fullSince: number | undefined;

  function sample(): void {
    if (deps.eventsInFlight() < maxQueue) fullSince = undefined;
    else fullSince ??= monotonicMs();
  }

  function reasons(): Note[] {
    const found: Note[] = [];
    const phase = deps.phase();
    if (phase === 'starting') found.push({ code: 'starting', message: 'the engine is starting' });
    if (phase === 'stopping') found.push({ code: 'stopping', message: 'the engine is stopping' });
    for (const { name, flushLagMs } of deps.alarmFiles) {
      const lagMs = flushLagMs();
      if (lagMs < WAITING_MS) continue;
      const message = `${name} cannot be written, its lines wait since ${seconds(lagMs)}`;
      found.push({ code: 'alarm_file', message });
    }
    const fullMs = fullSince === undefined ? 0 : monotonicMs() - fullSince;
    if (fullMs >= FULL_MS) {
      const message = `the queue of events is full since ${seconds(fullMs)}`;
      found.push({ code: 'queue_full', message });
    }
    found.push(...(deps.further?.() ?? []));
    return found;
  }

  return {
    sample,
    report: () => {
      sample();
      const against = reasons();
      return {
        ready: against.length === 0,
        reasons: against,
        notes: [...notesOf(deps.lastReload()), ...(deps.notes?.() ?? [])],
      };
    },
  };
}

function notesOf({ ok, faults }: ReloadView): Note[] {
  if (ok) return [];
  const count = faults.length === 1 ? 'a fault' : `${String(faults.length)} faults`;
  const message = `the last reload found ${count}, the configuration before it is in force`;
  return [{ code: 'configuration_invalid', message }];
}

function seconds(ms: number): string {
  return `${String(Math.floor(ms / 1000))} s`;
}
