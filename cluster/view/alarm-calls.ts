// What a backend answers about its alarms.
import { z } from 'zod';
import type { DeskAnswer } from '../../core/alarm/alarm-desk.ts';
import type { AlarmFacets } from '../../core/alarm/alarm-facets.ts';
import type {
  AlarmStatistics,
  StoredAlarm,
  StoredAlarmDetail,
} from '../../core/alarm/alarm-view.ts';
import type {
  AlarmEventsPage,
  AlarmPage,
  AlarmSnapshot,
  SelectedAlarms,
} from '../../state/alarm-store.ts';
import {
  addressesQuery,
  alarmIds,
  changeRequest,
  eventsQuery,
  facetQuery,
  listQuery,
  selection,
  snapshotQuery,
  statisticsQuery,
} from './alarm-shapes.ts';
import { defineChange, defineRead, listOf, objectWith, perhaps } from './call.ts';

const id = z.string();

export const ALARM_CALLS = {
  list: defineRead('alarms.list', listQuery, objectWith<AlarmPage>(['alarms'])),
  facets: defineRead('alarms.facets', facetQuery, objectWith<AlarmFacets>()),
  get: defineRead('alarms.get', id, perhaps(objectWith<StoredAlarmDetail>(['history']))),
  events: defineRead('alarms.events', eventsQuery, objectWith<AlarmEventsPage>(['events'])),
  statistics: defineRead(
    'alarms.statistics',
    statisticsQuery,
    objectWith<AlarmStatistics>(['series', 'rest']),
  ),
  countByAddress: defineRead('alarms.countByAddress', addressesQuery, listOf(z.number())),
  find: defineRead('alarms.find', alarmIds, listOf<StoredAlarm>()),
  select: defineRead('alarms.select', selection, objectWith<SelectedAlarms>(['alarms'])),
  snapshot: defineRead('alarms.snapshot', snapshotQuery, objectWith<AlarmSnapshot>(['alarms'])),
  change: defineChange(
    'alarms.change',
    changeRequest,
    objectWith<DeskAnswer>(['changed', 'skipped']),
  ),
} as const;
