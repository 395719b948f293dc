import { endEarly, type Input } from '../core/correlation/advance.ts';
import type { Backlog, CorrelationContext } from '../core/correlation/backlog.ts';
import type { Effect } from '../core/correlation/effect.ts';
import {
  expire,
  offerInputs,
  standingOf,
  type OfferReport,
  type Standing,
} from '../core/correlation/offer-inputs.ts';
import {
  saveBacklog,
  type Findings,
  type SavedBacklog,
} from '../core/correlation/saved-backlog.ts';
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
  | {
      readonly type: 'save';
      readonly findings: Findings | undefined;
      readonly done: (saved: SavedBacklog | undefined) => void;
    };

/** The part that all backlogs of a manager share: one handler, so that a backlog costs little memory. */
export type BacklogHandler = Handler<Backlog, BacklogMessage>;

/** A handler for backlogs under the context that `context` answers, which a reload may change. */
export function createBacklogHandler(context: () => CorrelationContext): BacklogHandler {
  return (backlog, message) => {
    switch (message.type) {
      case 'offer':
        message.done(offerInputs(backlog, message.inputs, context()));
        break;
      case 'expire':
        message.done(expire(backlog, message.now, context()));
        break;
      case 'evict':
        message.done(evict(backlog, context()));
        break;
      case 'save':
        message.done(saveBacklog(backlog, message.findings, context()));
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

/** Starts the actor of a live backlog, named by its alarm id. Only the manager stops it, with no message outstanding. */
export function spawnBacklog(
  pool: ParentRef,
  backlog: Backlog,
  { handler, supervision }: { handler: BacklogHandler; supervision: Supervision },
): ActorRef<BacklogMessage> {
  return spawnActor(pool, { name: backlog.alarmId, state: backlog, handler, supervision });
}
