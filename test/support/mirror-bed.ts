import type { SequencedChange } from '../../actors/engine-port.ts';
import type { AlarmActionKind } from '../../core/alarm/alarm-action.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import {
  createElasticsearchMirror,
  MIRROR_LIMITS,
  type ElasticsearchMirror,
  type MirrorLimits,
} from '../../elasticsearch/elasticsearch-mirror.ts';
import { makeAlarmState } from './alarm-states.ts';
import { createCapturedLog, type CapturedLog } from './captured-log.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A mirror with pauses of milliseconds, and its log. */
export interface MirrorBed {
  readonly mirror: ElasticsearchMirror;
  readonly folder: string;
  readonly captured: CapturedLog;
  /** Tells the mirror of deeds, each as `[what, alarm id, value]`. */
  act(...deeds: readonly (readonly [AlarmActionKind, string, string?])[]): void;
  /** Tells the mirror of an alarm's line. */
  tellAlarm(alarm: Partial<AlarmRecord>): void;
}

/** Opens a mirror of `url` in `folder`, by default a new one. */
export async function openMirrorBed(
  url: string,
  changes: { readonly folder?: string; readonly limits?: Partial<MirrorLimits> } = {},
): Promise<MirrorBed> {
  const folder = changes.folder ?? makeTemporaryFolder('mirror');
  const captured = createCapturedLog();
  const limits = {
    ...MIRROR_LIMITS,
    ...{ firstPauseMs: 5, longestPauseMs: 50, requestMs: 5_000, sweepsMs: [] },
    ...changes.limits,
  };
  const clock = { wallMs: Date.now };
  const mirror = await createElasticsearchMirror({ url, folder, log: captured.log, clock, limits });
  let sequence = 0;
  const place = (change: SequencedChange['change']): SequencedChange => {
    sequence += 1;
    return { sequence, change };
  };
  return {
    ...{ mirror, folder, captured },
    act(...deeds) {
      mirror.follow(
        deeds.map(([what, alarm_id, value = '']) =>
          place({ type: 'action', action: { alarm_id, at: 1, by: 'ann', what, from: '', value } }),
        ),
      );
    },
    tellAlarm(alarm) {
      mirror.follow([place({ type: 'alarm', state: makeAlarmState({ alarm }) })]);
    },
  };
}
