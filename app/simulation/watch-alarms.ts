import { FeedRefusedError, followFeed } from '../follow-feed.ts';
import type { FeedMessage } from '../../server/feed/feed-message.ts';

export interface AlarmWatch {
  /** Of the engine. */
  readonly url: string;
  readonly token: string | undefined;
  readonly directiveIds: readonly number[];
  readonly onMessage: (message: FeedMessage) => void;
  readonly onLoss: (problem: string) => void;
  readonly signal: AbortSignal;
}

/** The feed cannot be had. */
export class AlarmWatchError extends Error {
  override readonly name = 'AlarmWatchError';
}

/** More than an address may name: then all alarms are told. */
const MOST_IDS = 200;

/** Follows the alarms of these directives until the signal; resolves once what happens from now on will be told. */
export function watchAlarms(watch: AlarmWatch): Promise<void> {
  const { url, token, directiveIds, onMessage, onLoss, signal } = watch;
  const isFew = directiveIds.length <= MOST_IDS;
  const filters = { kinds: 'alarm', ...(isFew && { directive: directiveIds.join(',') }) };
  return new Promise((resolve, reject) => {
    let isReady = false;
    const give = (problem: string): void => {
      if (isReady) onLoss(problem);
      else reject(new AlarmWatchError(`the live feed of ${url} cannot be had: ${problem}`));
    };
    followFeed({
      ...{ url, token, filters, signal },
      onMessage: (message) => {
        onMessage(message);
        if (message.kind === 'hello') return;
        isReady = true;
        resolve();
      },
      onLoss: give,
    }).then(resolve, (error: unknown) => {
      const isExpected = error instanceof FeedRefusedError || error instanceof TypeError;
      give(isExpected ? error.message : String(error));
    });
  });
}
