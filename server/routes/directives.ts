import { z } from 'zod';
import type { DirectiveState, EnginePort } from '../../actors/engine-port.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { auditCaller, type AuditPort } from '../audit.ts';
import type {
  ConfigurationAdmin,
  DirectiveDefinition,
  DirectiveSwitch,
} from '../configuration-admin.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import {
  directiveListSchema,
  directiveRowSchema,
  directiveSchema,
  type DirectiveRow,
} from '../schemas/directive.ts';

export interface DirectiveRoutesDeps {
  readonly engine: Pick<EnginePort, 'directives' | 'directive'>;
  readonly configuration: Pick<ConfigurationAdmin, 'directives' | 'directiveText'>;
  readonly switches: DirectiveSwitch;
  readonly audit: AuditPort;
}

const SORT_KEYS = [
  ...(['id', 'name', 'file', 'matched', 'opened', 'completed', 'timed_out'] as const),
  ...(['alarms', 'backlogs', 'last_matched', 'warnings'] as const),
] as const;
type SortKey = (typeof SORT_KEYS)[number];

const STATES = {
  on: ({ enabled }: DirectiveRow) => enabled,
  off: ({ off }: DirectiveRow) => off !== null,
  disabled: ({ disabled }: DirectiveRow) => disabled,
  live: ({ backlogs }: DirectiveRow) => backlogs > 0,
} as const;
const STATE_NAMES = ['on', 'off', 'disabled', 'live'] as const satisfies (keyof typeof STATES)[];
const DIRECTIONS = SORT_KEYS.flatMap((key) => [key, `-${key}` as const]);

const listQuery = z.strictObject({
  ...PAGE_QUERY,
  q: z.string('must be a text').max(200).optional().describe('Part of the name, or the id'),
  state: z.enum(STATE_NAMES, `must be one of ${STATE_NAMES.join(', ')}`).optional(),
  file: z.string('must be a text').max(255).optional().describe('Name of a file'),
  sort: z
    .enum(DIRECTIONS, `must be one of ${SORT_KEYS.join(', ')}, with - before it for descending`)
    .optional()
    .describe('Ascending, with - before it descending; by id unless given'),
});
type ListQuery = z.infer<typeof listQuery>;

/** The value of the sort key, and the id, of the last row before the page. */
const placeSchema = z.tuple([z.string(), z.union([z.string(), z.number()]), z.int()]);
const idParams = z.object({ id: wholeNumberText(1) });
const MISSING: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'there is no directive with this id',
};
const DISABLED: ErrorAnswer = {
  status: 409,
  code: 'disabled_in_file',
  message: 'its file disables this directive; change the file to enable it',
};

/** List, detail and on/off of directives. */
export function directiveRoutes(deps: DirectiveRoutesDeps): readonly AnyApiRoute[] {
  const { engine, configuration, switches, audit } = deps;

  function findDefinition(id: number): DirectiveDefinition {
    const definition = configuration.directives().find((candidate) => candidate.id === id);
    if (definition === undefined) throw new AnswerError(MISSING);
    return definition;
  }

  function describe(definition: DirectiveDefinition): DirectiveRow {
    return describeRow(definition, engine.directive(definition.id), switches);
  }

  const list = defineRoute({
    ...{ method: 'get', path: '/directives', summary: 'Lists directives' },
    access: { role: 'reader' },
    query: listQuery,
    answers: { 200: directiveListSchema },
    handle: ({ query }) => {
      const states = new Map(engine.directives().map((state) => [state.id, state]));
      const rows = configuration
        .directives()
        .map((definition) => describeRow(definition, states.get(definition.id), switches));
      return { status: 200, body: pageOf(rows, query) };
    },
  });
  const one = defineRoute({
    ...{ method: 'get', path: '/directives/:id', summary: 'Shows a directive with its text' },
    access: { role: 'reader' },
    params: idParams,
    answers: { 200: directiveSchema },
    handle: async ({ params }) => {
      const row = describe(findDefinition(params.id));
      const text = await configuration.directiveText(params.id);
      if (text === undefined) throw new AnswerError(MISSING);
      const { source, asWritten, line, loadedAt, changedAt, warnings } = text;
      const body = {
        ...{ ...row, source, source_as_written: asWritten, line: line ?? null },
        ...{ loaded_at: loadedAt, changed_at: changedAt ?? null, warning_list: warnings },
      };
      return { status: 200, body };
    },
  });
  const enabled = defineRoute({
    ...{ method: 'put', path: '/directives/:id/enabled' },
    summary: 'Turns a directive off at run time, or on again; it outlives reloads and restarts',
    access: { role: 'admin' },
    params: idParams,
    body: z.strictObject({ enabled: z.boolean('must be true or false') }, 'must be an object'),
    answers: { 200: directiveRowSchema },
    handle: async ({ params, body, caller }) => {
      const definition = findDefinition(params.id);
      if (definition.disabled) throw new AnswerError(DISABLED);
      const before = { enabled: switches.off(params.id) === undefined };
      const found = await switches.set(params.id, body.enabled, caller.name);
      if (!found) throw new AnswerError(MISSING);
      const action = body.enabled ? 'directive.on' : 'directive.off';
      const after = { enabled: body.enabled };
      audit.record({ ...auditCaller(caller), action, what: String(params.id), before, after });
      return { status: 200, body: describe(definition) };
    },
  });
  return [list, one, enabled];
}

function describeRow(
  { id, name, file, disabled, warnings }: DirectiveDefinition,
  state: DirectiveState | undefined,
  switches: DirectiveSwitch,
): DirectiveRow {
  const off = switches.off(id) ?? null;
  return {
    ...{ id, name, file, disabled, off, warnings },
    enabled: !disabled && off === null,
    matched: state?.matched ?? 0,
    opened: state?.opened ?? 0,
    completed: state?.completed ?? 0,
    timed_out: state?.timedOut ?? 0,
    alarms: state?.alarms ?? 0,
    backlogs: state?.backlogs ?? 0,
    backlogs_by_stage: [...(state?.backlogsByStage ?? [])],
    last_matched: state === undefined || state.lastMatched === 0 ? null : state.lastMatched,
  };
}

function pageOf(rows: readonly DirectiveRow[], query: ListQuery): unknown {
  const sort = query.sort ?? 'id';
  const direction = sort.startsWith('-') ? -1 : 1;
  const name = direction < 0 ? sort.slice(1) : sort;
  const key = SORT_KEYS.find((candidate) => candidate === name) ?? 'id';
  const compare = (left: Place, right: Place): number =>
    compareValues(left.value, right.value) * direction || left.id - right.id;
  const place = decodeCursor(query.cursor, placeSchema);
  if (place !== undefined && place[0] !== sort) throw new AnswerError(BAD_CURSOR);
  const after = place === undefined ? undefined : { value: place[1], id: place[2] };
  const fitting = rows
    .filter((row) => fits(row, query))
    .map((row) => ({ row, id: row.id, value: row[key] ?? 0 }))
    .sort(compare);
  const first = after === undefined ? 0 : fitting.findIndex((entry) => compare(entry, after) > 0);
  const page = first < 0 ? [] : fitting.slice(first, first + query.limit);
  const last = page.at(-1);
  const isLast = last === undefined || first + page.length >= fitting.length;
  return {
    directives: page.map(({ row }) => row),
    total: fitting.length,
    next: isLast ? null : encodeCursor([sort, last.value, last.id]),
  };
}

interface Place {
  readonly value: DirectiveRow[SortKey] & (string | number);
  readonly id: number;
}

function compareValues(left: string | number, right: string | number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function fits(row: DirectiveRow, { q, state, file }: ListQuery): boolean {
  if (state !== undefined && !STATES[state](row)) return false;
  if (file !== undefined && row.file !== file) return false;
  if (q === undefined) return true;
  return row.name.toLowerCase().includes(q.toLowerCase()) || String(row.id) === q.trim();
}
