import type { Address } from '../core/address/address.ts';
import { endEarly, stopBacklog, type Input } from '../core/correlation/advance.ts';
import type { Backlog, CorrelationContext, DirectiveHead } from '../core/correlation/backlog.ts';
import { summarizeBacklog, type BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import type { Effect } from '../core/correlation/effect.ts';
import {
  expire,
  offerInputs,
  standingOf,
  type OfferReport,
  type Standing,
} from '../core/correlation/offer-inputs.ts';
import { saveBacklog, type SavedBacklog } from '../core/correlation/saved-backlog.ts';
import { touchesAddress } from '../core/correlation/touches-address.ts';
import type { AlarmKeeping } from '../core/alarm/alarm-keeping.ts';
import {
  spawnActor,
  type ActorRef,
  type Handler,
  type ParentRef,
  type Supervision,
} from './actor-ref.ts';

/** The effects of a message and where the backlog stands after it. */
export interface BacklogChange {
  readonly effects: readonly Effect[];
  readonly standing: Standing;
}

/** What a backlog is asked; each `done` is called exactly once, with undefined when the handler threw. */
export type BacklogMessage =
  | {
      readonly type: 'offer';
      readonly inputs: readonly Input[];
      readonly done: (report: OfferReport | undefined) => void;
    }
  | {
      readonly type: 'expire';
      readonly now: number;
      readonly done: (change: BacklogChange | undefined) => void;
    }
  | { readonly type: 'evict'; readonly done: (change: BacklogChange | undefined) => void }
  | { readonly type: 'stop'; readonly done: (change: BacklogChange | undefined) => void }
  | {
      readonly type: 'match-address';
      readonly isWanted: (address: Address) => boolean;
      readonly done: (touches: boolean | undefined) => void;
    }
  | {
      readonly type: 'summarize';
      readonly done: (summary: BacklogSummary | undefined) => void;
    }
  /** The directive was changed: the backlog goes on under its rules with this head. */
  | { readonly type: 'take-head'; readonly head: DirectiveHead }
  | {
      readonly type: 'save';
      readonly keeping: AlarmKeeping | undefined;
      readonly done: (saved: SavedBacklog | undefined) => void;
    };

/** The part that all backlogs of a manager share: one handler, so that a backlog costs little memory. */
export type BacklogHandler = Handler<Backlog, BacklogMessage>;

/** Milliseconds that the backlogs of a manager have worked, changed in place. */
export interface WorkMeter {
  ms: number;
}

/**
 * A handler for backlogs under the context that `context` answers, which a reload may change. Offers count in `work`,
 * when it is given, with what the manager does at their answers.
 */
export function createBacklogHandler(
  context: () => CorrelationContext,
  work: WorkMeter | undefined,
): BacklogHandler {
  return (backlog, message) => {
    switch (message.type) {
      case 'offer': {
        const begun = work === undefined ? 0 : performance.now();
        message.done(offerInputs(backlog, message.inputs, context()));
        if (work !== undefined) work.ms += performance.now() - begun;
        break;
      }
      case 'expire':
        message.done(expire(backlog, message.now, context()));
        break;
      case 'evict':
        message.done(evict(backlog, context()));
        break;
      case 'stop':
        message.done(stop(backlog, context()));
        break;
      case 'match-address':
        message.done(touchesAddress(backlog, message.isWanted));
        break;
      case 'summarize':
        message.done(summarizeBacklog(backlog, context()));
        break;
      case 'take-head':
        backlog.head = message.head;
        break;
      case 'save':
        message.done(saveBacklog(backlog, message.keeping, context()));
        break;
    }
    return backlog;
  };
}

function evict(backlog: Backlog, context: CorrelationContext): BacklogChange {
  const effects: Effect[] = [];
  endEarly(backlog, 'evicted', context, effects);
  return { effects, standing: standingOf(backlog, context) };
}

function stop(backlog: Backlog, context: CorrelationContext): BacklogChange {
  const effects: Effect[] = [];
  stopBacklog(backlog, context, effects);
  return { effects, standing: standingOf(backlog, context) };
}

/** Starts the actor of a live backlog, named by its alarm id. Only the manager stops it, with no message outstanding. */
export function spawnBacklog(
  pool: ParentRef,
  backlog: Backlog,
  { handler, supervision }: { handler: BacklogHandler; supervision: Supervision },
): ActorRef<BacklogMessage> {
  return spawnActor(pool, { name: backlog.alarmId, state: backlog, handler, supervision });
}
