import type Logger from 'bunyan';
import type { Supervision } from './actor-ref.ts';

/** A message that somebody may be waiting for: `done` is called exactly once, with undefined when the handler threw. */
interface Answerable {
  readonly done: (report: undefined) => void;
}

/**
 * What every actor does when its handler throws: log, count, answer the failed message so that nobody waits for good,
 * and go on with the state as it is.
 */
export function createSupervision(log: Logger, onCounted: () => void): Supervision {
  return {
    onCrash: (message, error, context) => {
      onCounted();
      log.error({ err: error, actor: context.path.toString() }, 'an actor failed on a message');
      if (isAnswerable(message)) message.done(undefined);
      return context.resume;
    },
  };
}

function isAnswerable(message: unknown): message is Answerable {
  return (
    typeof message === 'object' &&
    message !== null &&
    'done' in message &&
    typeof message.done === 'function'
  );
}
