// What a backend answers about its engine, and what it does to it.
import { z } from 'zod';
import type { BacklogListQuery, BacklogPage, DirectiveState } from '../../actors/engine-port.ts';
import { BACKLOG_SORT_KEYS } from '../../core/correlation/backlog-order.ts';
import type { Series } from '../../core/ledger/sample-ring.ts';
import type { FiguresPage, FiguresQuery } from '../../server/routes/statistics.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import { networks } from './alarm-shapes.ts';
import { defineChange, defineRead, listOf, objectWith } from './call.ts';
import type { NodeReport } from './node-report.ts';

const nothing = z.object({});
const id = z.string().max(1_000);
const limit = z.int().min(1).max(5_000);
const backlogs: z.ZodType<BacklogListQuery> = z.strictObject({
  directiveId: z.int().optional(),
  stage: z.int().optional(),
  networks,
  sort: z.strictObject({ by: z.enum(BACKLOG_SORT_KEYS), descending: z.boolean() }),
  after: z.strictObject({ value: z.number(), alarmId: id }).optional(),
  limit,
});
const figures: z.ZodType<FiguresQuery> = z.strictObject({
  id: z.int().optional(),
  sort: z.enum(['work', 'events', 'matches', 'alarms', 'last_event']),
  after: z.strictObject({ value: z.number(), id: z.int() }).optional(),
  limit,
});
const series = z.strictObject({ since: z.number(), until: z.number(), step: z.int().min(1) });
const toggle = z.strictObject({ id: z.int(), enabled: z.boolean(), by: z.string().max(1_000) });

/** More ids than these are asked for as all there are. */
export const MOST_DIRECTIVE_IDS = 2_000;

export const ENGINE_CALLS = {
  /** `ids` absent: all that the node has. */
  directives: defineRead(
    'engine.directives',
    z.strictObject({ ids: z.array(z.int()).max(MOST_DIRECTIVE_IDS).optional() }),
    listOf<DirectiveState>(),
  ),
  listBacklogs: defineRead('engine.backlogs', backlogs, objectWith<BacklogPage>(['backlogs'])),
  backlog: defineRead('engine.backlog', id, z.unknown()),
  figures: defineRead('engine.figures', figures, objectWith<FiguresPage>(['rows'])),
  series: defineRead('engine.series', series, objectWith<Series>(['times', 'queue'])),
  status: defineRead('node.status', nothing, objectWith<NodeReport>(['directiveIds'])),
  setDirective: defineChange('engine.setDirective', toggle, z.boolean()),
  deleteBacklog: defineChange('engine.deleteBacklog', id, z.boolean()),
  reload: defineChange(
    'node.reload',
    z.strictObject({ by: z.string().max(1_000) }),
    objectWith<ReloadView>(['faults']),
  ),
} as const;
