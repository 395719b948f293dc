// The ledger as book-keeping: received, less what was refused, is accepted, and what became of it adds up to the same.
import type { StatusView } from '../../server/schemas/status.ts';
import { formatCount, formatShare } from '../format/numbers.ts';

type Ledger = StatusView['ledger'];

export interface LedgerLine {
  readonly name: string;
  /** `−` for what is taken off; formatted. */
  readonly count: string;
  /** At the right: a share, answers. */
  readonly note: string;
  readonly kind: 'line' | 'refused' | 'total';
  /** What it means. */
  readonly meaning: string;
}

interface Refusal {
  readonly answers: readonly string[];
  readonly name: string;
  readonly meaning: string;
  /** Shown although nothing was refused so. */
  readonly always?: boolean;
}

const REFUSALS: readonly Refusal[] = [
  {
    ...{ answers: ['400', '418'], name: 'invalid', always: true },
    meaning: 'Not JSON, or a field that the format asks for is missing or wrong',
  },
  {
    ...{ answers: ['401', '403'], name: 'not allowed' },
    meaning: 'Without the token for events, or with a wrong one',
  },
  { ...{ answers: ['408'], name: 'too slow' }, meaning: 'The body did not arrive in time' },
  {
    ...{ answers: ['413', '415'], name: 'too large or not decodable' },
    meaning: 'A body above the limit, or of an encoding that is not known',
  },
  {
    ...{ answers: ['429'], name: 'too fast', always: true },
    meaning: 'More events a second than --max-eps allows; senders try again',
  },
  {
    ...{ answers: ['503'], name: 'queue full', always: true },
    meaning: 'More events in flight than --max-queue allows; senders try again',
  },
];

const TAKEN_OFF = '−\u00a0';

/** Received and what was refused, to what was accepted. */
export function receivedLines(ledger: Ledger): LedgerLine[] {
  const refused = REFUSALS.flatMap(({ answers, name, meaning, always = false }): LedgerLine[] => {
    const seen = answers.filter((answer) => (ledger.refused[answer] ?? 0) > 0);
    const count = seen.reduce((sum, answer) => sum + (ledger.refused[answer] ?? 0), 0);
    if (count === 0 && !always) return [];
    const note = (seen.length === 0 ? answers : seen).join(', ');
    return [
      {
        ...{ name: `refused, ${name}`, meaning, note },
        count: TAKEN_OFF + formatCount(count),
        kind: 'refused',
      },
    ];
  });
  return [
    line('Received', ledger.received, 'Events that came to POST /events; an unparsed body is one'),
    ...refused,
    total('Accepted', ledger.accepted, 'Events that the engine has taken'),
  ];
}

/** What became of accepted events, to their sum. */
export function accountedLines(ledger: Ledger): LedgerLine[] {
  const share = (count: number): string =>
    ledger.accepted === 0 ? '' : formatShare(count / ledger.accepted);
  const rare = [
    { name: 'Handed to backends', count: ledger.published, meaning: 'Events that went over NATS' },
    {
      ...{ name: 'Failed', count: ledger.failed },
      meaning: 'Events on which the engine failed before any directive saw them; the log says why',
    },
    {
      name: 'Lost',
      count: ledger.lost,
      meaning: 'Accepted events that never arrived at a backend',
    },
  ];
  return [
    {
      ...line('Reached a directive', ledger.reached, 'At least one directive is concerned by them'),
      note: share(ledger.reached),
    },
    {
      ...line(
        'No directive concerned',
        ledger.no_directive,
        'No rule of any directive asks for them',
      ),
      note: share(ledger.no_directive),
    },
    line('Whitelisted source', ledger.whitelisted, 'From an asset that is whitelisted'),
    ...rare.flatMap(({ name, count, meaning }) =>
      count === 0 ? [] : [line(name, count, meaning)],
    ),
    line('In flight', ledger.unrouted, 'Accepted, and not looked at yet'),
    total('Accounted for', accountedFor(ledger), 'The sum of the lines above'),
  ];
}

/** The sum of all that can become of an accepted event. */
export function accountedFor(ledger: Ledger): number {
  const { published, reached, no_directive, whitelisted, failed, lost, unrouted } = ledger;
  return published + reached + no_directive + whitelisted + failed + lost + unrouted;
}

function line(name: string, count: number, meaning: string): LedgerLine {
  return { name, count: formatCount(count), note: '', kind: 'line', meaning };
}

function total(name: string, count: number, meaning: string): LedgerLine {
  return { ...line(name, count, meaning), kind: 'total' };
}
