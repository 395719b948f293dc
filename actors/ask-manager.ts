import { tell, type ActorRef } from './actor-ref.ts';
import type { DirectiveManagerMessage } from './directive-manager.ts';

/** A manager that is stopped just now never answers; a list without it is right all the same. */
const ANSWER_LIMIT_MS = 10_000;

/** What a manager answers to the message that `compose` makes; undefined when it does not answer in time. */
export function askManager<Answer>(
  manager: ActorRef<DirectiveManagerMessage>,
  compose: (done: (answer: Answer | undefined) => void) => DirectiveManagerMessage,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(undefined);
    }, ANSWER_LIMIT_MS);
    tell(
      manager,
      compose((answer) => {
        clearTimeout(timer);
        resolve(answer);
      }),
    );
  });
}
