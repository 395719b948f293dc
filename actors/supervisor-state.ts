import type Logger from 'bunyan';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { Effect } from '../core/correlation/effect.ts';
import type { Directive } from '../core/directive/directive.ts';
import type { Router } from '../core/directive/router.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import type { EngineStatistics } from '../core/ledger/engine-statistics.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { Tracing } from '../core/trace/tracing.ts';
import type { ActorRef, ParentRef, Supervision } from './actor-ref.ts';
import type { AlarmWriterMessage } from './alarm-writer.ts';
import type { TurnedOff } from './engine-port.ts';
import type { DirectiveSlot } from './directive-slot.ts';
import type { AdmittedInput } from './intake.ts';
import type { DirectiveManagerDeps } from './manager-state.ts';

/** What the supervisor needs. */
export interface SupervisorDeps {
  readonly log: Logger;
  readonly supervision: Supervision;
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  /** Undefined counts nothing. */
  readonly statistics: EngineStatistics | undefined;
  readonly tracing: Tracing | undefined;
  readonly writer: ActorRef<AlarmWriterMessage>;
  readonly managers: DirectiveManagerDeps;
  readonly directives: readonly Directive[];
  readonly context: CorrelationContext;
  /** Directives that an operator turned off before the start. */
  readonly turnedOff: ReadonlyMap<number, TurnedOff>;
  /** A manager without backlogs is stopped after so many seconds; Infinity keeps all. */
  readonly idleSeconds: number;
  /** Milliseconds after which an accepted event counts as late; 0 = never. */
  readonly maxDelayMs: number;
  /** Unix milliseconds. */
  readonly clockMs: () => number;
  readonly onLate: () => void;
  /** One directive less has to settle these inputs. */
  readonly settle: (inputs: readonly AdmittedInput[]) => void;
}

/** The supervisor's state; the slot-*.ts files change it in place. */
export interface SupervisorState {
  readonly deps: SupervisorDeps;
  /** By directive id; slots of directives that are gone are not in it. */
  slots: Map<number, DirectiveSlot>;
  router: Router<DirectiveSlot>;
  /** Slots whose manager runs. */
  readonly running: Set<DirectiveSlot>;
  /** By directive id; of directives that come back with a later reload too. */
  readonly turnedOff: Map<number, TurnedOff>;
  /** Everything is being saved: no reload is taken over any more. */
  ending: boolean;
  busyManagers: number;
  managersStarted: number;
  /** Slots with something to do that wait until fewer managers are busy, first come, first served. */
  readonly ready: Set<DirectiveSlot>;
  managersPool: ParentRef | undefined;
  context: CorrelationContext;
  /** Unix milliseconds; before it no further warning about --max-backlogs is logged. */
  nextEvictionWarningMs: number;
  /** What managers reported since the writer last took it. */
  outbox: {
    readonly effects: (readonly Effect[])[];
    readonly inputs: (readonly AdmittedInput[])[];
  };
}
