import { z } from 'zod';
import type { Assets } from '../../core/asset/assets.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import type { AlarmDesk, AlarmStore } from '../../state/alarm-store.ts';
import type { AnyApiRoute } from '../api-route.ts';
import type { Clock } from '../clock.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';

/** What the routes of alarms need. */
export interface AlarmRoutesDeps {
  readonly store: Pick<
    AlarmStore,
    'list' | 'facets' | 'get' | 'events' | 'statistics' | 'countByAddress'
  >;
  readonly desk: AlarmDesk;
  /** Spans such as 7d end now. */
  readonly clock: Pick<Clock, 'wallMs'>;
  /** The newest change that the store was told of. */
  readonly sequence: () => number;
  /** Those in force. */
  readonly assets: () => Assets;
  /** The loaded directive as its file has it; undefined when there is none. */
  readonly directive: (id: number) => DirectiveSource | undefined;
  /** What alarms can be set to, the first being that of a new one. */
  readonly statuses: readonly string[];
  readonly tags: readonly string[];
  readonly riskBounds: { readonly medRiskMin: number; readonly medRiskMax: number };
  /** Where Kibana is; empty for nowhere. */
  readonly kibanaUrl: string;
}

/** Words at the place of an id that are paths of their own, with what they answer to. */
const OTHER_PATHS = new Map([
  ['facets', 'GET, HEAD'],
  ['statistics', 'GET, HEAD'],
  ['export', 'GET, HEAD'],
  ['changes', 'POST'],
]);

export const NO_ALARM: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'no such alarm is kept; it may be older than the store keeps, or deleted',
};

const NO_METHOD: ErrorAnswer = {
  status: 405,
  code: 'method_not_allowed',
  message: 'this path has no such method',
};

/** The id of an alarm in a path. */
export const alarmParams = z.strictObject({ id: z.string().min(1).max(100) });

/** The route of an alarm, which answers 405 where the id is the word of another path, which has other methods. */
export function atAlarm(route: AnyApiRoute): AnyApiRoute {
  return {
    ...route,
    handle: async (request) => {
      const { success, data } = alarmParams.safeParse(request.params);
      const allow = success ? OTHER_PATHS.get(data.id) : undefined;
      if (allow !== undefined) throw new AnswerError({ ...NO_METHOD, headers: { allow } });
      return route.handle(request);
    },
  };
}

/** Whole Unix seconds. */
export function nowOf(clock: Pick<Clock, 'wallMs'>): number {
  return Math.floor(clock.wallMs() / 1000);
}
