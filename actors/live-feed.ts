import type Logger from 'bunyan';
import type { EngineChange } from '../core/alarm/alarm-state.ts';
import { spawnActor, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';
import type { SequencedChange } from './engine-port.ts';

/** Gets changes in their order, those of one publication together. */
export type ChangeListener = (changes: readonly SequencedChange[]) => void;

/** What the live feed is asked. */
export type LiveFeedMessage =
  | {
      readonly type: 'publish';
      readonly changes: readonly EngineChange[];
      /** Called when every listener has them. */
      readonly done?: ((report: true | undefined) => void) | undefined;
    }
  | { readonly type: 'subscribe'; readonly listener: ChangeListener }
  | { readonly type: 'unsubscribe'; readonly listener: ChangeListener };

interface FeedState {
  readonly log: Logger;
  readonly listeners: Set<ChangeListener>;
  nextSequence: number;
}

/** Starts the actor that numbers the changes and hands them to who subscribed; sockets are server/'s. */
export function spawnLiveFeed(
  parent: ParentRef,
  { log, supervision }: { log: Logger; supervision: Supervision },
): ActorRef<LiveFeedMessage> {
  return spawnActor<FeedState, LiveFeedMessage>(parent, {
    name: 'live-feed',
    state: { log, listeners: new Set(), nextSequence: 1 },
    handler: handleMessage,
    supervision,
  });
}

function handleMessage(state: FeedState, message: LiveFeedMessage): FeedState {
  switch (message.type) {
    case 'publish':
      publish(state, message.changes);
      message.done?.(true);
      break;
    case 'subscribe':
      state.listeners.add(message.listener);
      break;
    case 'unsubscribe':
      state.listeners.delete(message.listener);
      break;
  }
  return state;
}

function publish(state: FeedState, changes: readonly EngineChange[]): void {
  const first = state.nextSequence;
  state.nextSequence += changes.length;
  if (state.listeners.size === 0) return;
  const sequenced = changes.map((change, index) => ({ sequence: first + index, change }));
  for (const listener of state.listeners) {
    try {
      listener(sequenced);
    } catch (err) {
      state.log.error({ err }, 'a subscriber of the feed failed');
    }
  }
}
