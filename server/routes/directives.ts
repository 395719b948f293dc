import { z } from 'zod';
import type { DirectiveState, TurnedOff } from '../../actors/engine-port.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { auditCaller, type AuditPort } from '../audit.ts';
import type {
  ConfigurationAdmin,
  DirectiveDefinition,
  DirectiveSwitch,
} from '../configuration-admin.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { tellMissing, type MaybePromise } from '../missing-nodes.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import {
  directiveListSchema,
  directiveRowSchema,
  directiveSchema,
  type DirectiveRow,
} from '../schemas/directive.ts';

export interface DirectiveRoutesDeps {
  readonly engine: {
    directive(id: number): MaybePromise<DirectiveState | undefined>;
    /** Backends whose part the states told last are lacking. */
    missingNodes?(): readonly string[];
  };
  readonly configuration: Pick<
    ConfigurationAdmin,
    'directives' | 'directiveSource' | 'directiveText'
  >;
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

  /** Asked for all of them before anything is waited for, so that other nodes are asked once. */
  async function describe(definitions: readonly DirectiveDefinition[]): Promise<DirectiveRow[]> {
    const [states, offs] = await Promise.all([
      Promise.all(definitions.map(async ({ id }) => await engine.directive(id))),
      Promise.all(definitions.map(async ({ id }) => await switches.off(id))),
    ]);
    return definitions.map((definition, index) => {
      const rules = configuration.directiveSource(definition.id)?.rules ?? [];
      const facts = { ...definition, stages: rules.length, sources: sourcesOf(rules) };
      return describeRow(facts, states[index], offs[index]);
    });
  }

  async function describeOne(definition: DirectiveDefinition): Promise<DirectiveRow> {
    const [row] = await describe([definition]);
    if (row === undefined) throw new AnswerError(MISSING);
    return row;
  }

  const list = defineRoute({
    ...{ method: 'get', path: '/directives', summary: 'Lists directives' },
    access: { role: 'reader' },
    query: listQuery,
    answers: { 200: directiveListSchema },
    handle: async ({ query }) => {
      const page = isPlain(query)
        ? await pageById(inOrder(configuration.directives()), query, describe)
        : pageOf(await describe(configuration.directives()), query);
      const missing = tellMissing({ missingNodes: engine.missingNodes?.() });
      return { status: 200, body: { ...page, ...missing } };
    },
  });
  const one = defineRoute({
    ...{ method: 'get', path: '/directives/:id', summary: 'Shows a directive with its text' },
    access: { role: 'reader' },
    params: idParams,
    answers: { 200: directiveSchema },
    handle: async ({ params }) => {
      const row = await describeOne(findDefinition(params.id));
      const text = await configuration.directiveText(params.id);
      if (text === undefined) throw new AnswerError(MISSING);
      const { source, asWritten, line, loadedAt, changedAt, warnings } = text;
      const notes = describeNotes(configuration.directiveSource(params.id));
      const body = {
        ...{ ...row, source, source_as_written: asWritten, line: line ?? null },
        ...notes,
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
      const before = { enabled: (await switches.off(params.id)) === undefined };
      const found = await switches.set(params.id, body.enabled, caller.name);
      if (!found) throw new AnswerError(MISSING);
      const action = body.enabled ? 'directive.on' : 'directive.off';
      const after = { enabled: body.enabled };
      audit.record({ ...auditCaller(caller), action, what: String(params.id), before, after });
      return { status: 200, body: await describeOne(definition) };
    },
  });
  return [list, one, enabled];
}

function describeNotes(source: DirectiveSource | undefined): Record<string, unknown> {
  const { description, runbook, false_positives, attack } = source ?? {};
  return {
    ...{ description: description ?? null, runbook: runbook ?? null },
    ...{ false_positives: false_positives ?? [], attack: attack ?? [] },
  };
}

function sourcesOf(rules: DirectiveSource['rules']): string[] {
  const named = rules.flatMap((rule) =>
    rule.type === 'PluginRule' ? [String(rule.plugin_id ?? '')] : (rule.product ?? []),
  );
  return [...new Set(named)];
}

function describeRow(
  {
    id,
    name,
    file,
    disabled,
    warnings,
    stages,
    sources,
  }: DirectiveDefinition & { stages: number; sources: string[] },
  state: DirectiveState | undefined,
  off: TurnedOff | null = null,
): DirectiveRow {
  return {
    ...{ id, name, file, disabled, off, warnings, stages, sources },
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

/** Definitions by id, put in order once for each load. */
const ordered = new WeakMap<readonly DirectiveDefinition[], readonly DirectiveDefinition[]>();

function inOrder(definitions: readonly DirectiveDefinition[]): readonly DirectiveDefinition[] {
  const known = ordered.get(definitions);
  if (known !== undefined) return known;
  const sorted = [...definitions].sort((left, right) => left.id - right.id);
  ordered.set(definitions, sorted);
  return sorted;
}

function isPlain({ q, state, file, sort = 'id' }: ListQuery): boolean {
  return q === undefined && state === undefined && file === undefined && sort === 'id';
}

/** All directives by id: only those of the page are described, so that reading tens of thousands costs little a page. */
async function pageById(
  definitions: readonly DirectiveDefinition[],
  { cursor, limit }: ListQuery,
  describe: (definitions: readonly DirectiveDefinition[]) => Promise<DirectiveRow[]>,
): Promise<object> {
  const place = decodeCursor(cursor, placeSchema);
  if (place !== undefined && place[0] !== 'id') throw new AnswerError(BAD_CURSOR);
  const after = place?.[2] ?? 0;
  const first = place === undefined ? 0 : definitions.findIndex(({ id }) => id > after);
  const page = first < 0 ? [] : definitions.slice(first, first + limit);
  const last = page.at(-1);
  const isLast = last === undefined || first + page.length >= definitions.length;
  return {
    directives: await describe(page),
    total: definitions.length,
    next: isLast ? null : encodeCursor(['id', last.id, last.id]),
  };
}

function pageOf(rows: readonly DirectiveRow[], query: ListQuery): object {
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
