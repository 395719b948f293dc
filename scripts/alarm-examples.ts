import { change, show, type Example } from './api-example.ts';

/** The examples of docs/api.md that are about alarms; `id` is that of a running one. */
export function alarmExamples(id: string): readonly Example[] {
  const one = `/api/alarms/${id}`;
  const set = { status: 'In-Progress', assignee: 'ann', version: 0 };
  return [
    show('Alarms', LIST, '/api/alarms?status=Open&min_risk=1&sort=-risk&limit=10'),
    show('How many of what', FACETS, '/api/alarms/facets?time=7d'),
    show(
      'Alarms over time',
      'A series for each value of `by` (`risk`, `directive`, `from`, `status`, `tag`), at most `limit`; `of` is `created` or `last`. `since` and `until` are Unix seconds or how long ago. `bucket` is a length; at most 1,000 fit. The same filters as for the list. With medians of the time to the first look and to close.',
      '/api/alarms/statistics?by=risk&since=2h&bucket=1h',
    ),
    { ...show('One alarm', ONE, one), lines: 300 },
    show(
      'Its events',
      'Those that were kept, newest first; filters: `stage`, `time` (event time). `event_summary` of the alarm tells how many were not kept, and when.',
      `${one}/events?stage=1&limit=1`,
    ),
    change(
      'Change an alarm',
      'Any of `status`, `tag` (of those in `--status` and `--tags`) and `assignee` (empty: nobody). The answer has what was before, for an undo. With a `version` only that version is changed.',
      ['PATCH', one, JSON.stringify(set)],
    ),
    change(
      'Change what was changed meanwhile',
      'The same version once more: 409, and how it is now.',
      ['PATCH', one, JSON.stringify({ status: 'Closed', version: 0 })],
    ),
    change('Comment', 'At most 4,000 characters.', [
      'POST',
      `${one}/comments`,
      JSON.stringify({ text: 'A new colleague who mistyped' }),
    ]),
    change('Note the first look', 'That somebody has opened it; only the first time counts.', [
      'POST',
      `${one}/look`,
    ]),
    change(
      'Delete an alarm',
      'It is hidden; its backlog runs on without lines until the alarm is restored or it ends.',
      ['DELETE', one],
    ),
    change('Restore it', 'It gets a line in the alarm file and is told by the feed again.', [
      'POST',
      `${one}/restore`,
    ]),
    change('Change several', 'At most 500, each with its own `version` and `set`.', [
      'POST',
      '/api/alarms/changes',
      JSON.stringify({
        changes: [
          { id, set: { tag: 'False Positive', comment: 'All of one scanner' } },
          { id: 'gone', set: { status: 'Closed' } },
        ],
      }),
    ]),
    change('Change all that fit a filter', SELECTION, [
      'POST',
      '/api/alarms/changes/selection',
      JSON.stringify({ filter: { tag: 'False Positive' }, as_of: 5, set: { status: 'Closed' } }),
    ]),
    show('Export', EXPORT, '/api/alarms/export?status=Closed'),
    show('Export as a table', CSV, '/api/alarms/export?status=Closed&format=csv'),
  ];
}

const LIST =
  'Filters: `status`, `tag`, `risk` (class), `min_risk`, `progress`, `directive`, `from`, `to`, `address` (addresses or CIDRs), `assignee` (empty: nobody), `time` (of update_time: `24h`, `7d`, `<from>..<to>`), `q` (words of titles, ids, addresses, findings); each also with `not.` before it. Lists are comma separated or repeated. `sort` is `last`, `risk`, `created`, `event` or `events`, with `-` before it descending.';
const ONE =
  'With its stages, the terms of its risk, what is known of each address, its history and what its directive says. `as_of` is the last change of the feed that is in it.';
const FACETS =
  'Each facet obeys the filters of the others. Five values each, or `limit`; with `facet` the limit is for the facets that it names.';
const SELECTION =
  'The filter has the keys of the list. Alarms that came after the change `as_of` (of the list that was looked at) are left alone. One answer is one step of `limit` alarms (500, at most 1,000): go on with `after` set to `next` until that is null, or stop.';
const EXPORT =
  'All alarms of a filter, one row of the list a line, as fast as they are read. Ordered by `created` unless `sort` says otherwise: in an order by what changes, alarms that change meanwhile can be missing or come twice. Eight can run at once.';
const CSV =
  'Times are ISO 8601 in UTC. A cell that a spreadsheet would take for a formula, an id that begins with `-` too, has an apostrophe before it.';
