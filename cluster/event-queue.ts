// What has come and waits for the engine: bounded, and when it is full the oldest go (SPEC §9).

import type { SharedHeader } from './shared-message.ts';

/** A message as it came; `count` events. */
export interface QueuedMessage {
  readonly data: Uint8Array;
  readonly count: number;
  /** Whose it is and its numbers, when it is a message of a frontend of ours. */
  readonly header: SharedHeader | undefined;
}

export interface EventQueue {
  /** Events that wait. */
  readonly waiting: number;
  /** Appends a message; answers how many events it drove out. */
  push(message: QueuedMessage): number;
  /** Takes messages off, oldest first, of about `most` events; at least one when there is one. */
  take(most: number): readonly QueuedMessage[];
}

/** Places that were taken off are kept until there are so many. */
const COMPACT_AT = 4_096;

/** An empty queue of at most `capacity` events; a larger message is kept when it is alone. */
export function createEventQueue(capacity: number): EventQueue {
  let messages: QueuedMessage[] = [];
  let head = 0;
  let waiting = 0;

  function shift(): QueuedMessage | undefined {
    const message = messages[head];
    if (message === undefined) return undefined;
    head += 1;
    waiting -= message.count;
    if (head === messages.length || head >= COMPACT_AT) {
      messages = messages.slice(head);
      head = 0;
    }
    return message;
  }

  return {
    get waiting() {
      return waiting;
    },
    push: (message) => {
      let dropped = 0;
      while (waiting > 0 && waiting + message.count > capacity) dropped += shift()?.count ?? 0;
      messages.push(message);
      waiting += message.count;
      return dropped;
    },
    take: (most) => {
      const taken: QueuedMessage[] = [];
      let events = 0;
      while (events < most && waiting > 0) {
        const message = shift();
        if (message === undefined) break;
        taken.push(message);
        events += message.count;
      }
      return taken;
    },
  };
}
