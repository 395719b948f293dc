// The subjects on which our own frontends see and change their backends. Unlike peers know none of them.
import { isNodeName } from '../wanted-files.ts';

/** One run of a backend: two nodes of one name are told apart. */
export interface Backend {
  readonly node: string;
  readonly epoch: string;
}

const EPOCH = /^[A-Za-z0-9_-]{1,64}$/;

/** A frontend has changed its configuration: its backends fetch at once. */
export const CONFIGURATION_SUBJECT = 'dsiem_ts.configuration';
/** What happens on each backend: `dsiem_ts.feed.<node>.<epoch>`. */
export const FEED_SUBJECTS = 'dsiem_ts.feed.*.*';

/** Where a backend is asked; undefined for a name that cannot be part of a subject. */
export function askSubject(backend: Backend): string | undefined {
  return isAddressable(backend) ? `dsiem_ts.ask.${backend.node}.${backend.epoch}` : undefined;
}

/** Where a backend tells what happens; undefined for a name that cannot be part of a subject. */
export function feedSubject(backend: Backend): string | undefined {
  return isAddressable(backend) ? `dsiem_ts.feed.${backend.node}.${backend.epoch}` : undefined;
}

/** Where the answers to somebody come; `asker` is of the same letters as an epoch. */
export function answerSubject(asker: string): string {
  return `dsiem_ts.answer.${asker}`;
}

/** Whether the text can be who asks. */
export function isAsker(text: string): boolean {
  return EPOCH.test(text);
}

/** Tells two runs apart, of whatever names. */
export function backendKey({ node, epoch }: Backend): string {
  return `${node} ${epoch}`;
}

function isAddressable({ node, epoch }: Backend): boolean {
  return isNodeName(node) && EPOCH.test(epoch);
}
