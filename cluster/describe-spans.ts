import type { UnknownSpan } from './loss-watch.ts';

/** What an operator should know of a node, as /readyz and the status of the cluster tell it. */
interface SpanNote {
  readonly code: string;
  readonly message: string;
}

const MOST_NOTES = 10;

/** The newest ten times of which nobody can say whether events were lost, in words. */
export function describeSpans(spans: readonly UnknownSpan[]): SpanNote[] {
  return spans.slice(-MOST_NOTES).map(({ frontend, reason, from, to, atMost }) => {
    const whose = frontend === '' ? 'events' : `events of frontend ${frontend}`;
    const end = to === undefined ? 'on' : `to ${toText(to)}`;
    const bound = atMost === undefined ? '' : `, ${String(atMost)} at most`;
    return {
      code: 'losses_unknown',
      message: `whether ${whose} were lost from ${toText(from)} ${end} cannot be known${bound}: ${reason}`,
    };
  });
}

function toText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}
