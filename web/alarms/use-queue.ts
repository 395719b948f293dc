import { session } from '../api/session.ts';
import { navigate, address } from '../router/router.ts';
import {
  EMPTY_QUEUE,
  parseQueueState,
  queueAddress,
  type QueueState,
} from '../router/queue-state.ts';

/** The statuses and tags that alarms can have; a new alarm has the first. */
export function knownMarks(): {
  readonly statuses: readonly string[];
  readonly tags: readonly string[];
  readonly firstStatus: string;
} {
  const { statuses = [], tags = [] } = session.value ?? {};
  return { statuses, tags, firstStatus: statuses[0] ?? 'Open' };
}

/** The queue that the address says. Read in a component it follows. */
export function queueState(): QueueState {
  return parseQueueState(address.value.query);
}

/** Goes to the queue with changes; the address is a new entry of the history unless only the preview changed. */
export function changeQueue(changes: Partial<QueueState>, { replace = false } = {}): void {
  const state = parseQueueState(address.peek().query);
  navigate(queueAddress({ ...state, ...changes }), { replace });
}

/** Without filters, text and time; status and order stay. */
export function clearFilters(): void {
  const { is, not, q, time } = EMPTY_QUEUE;
  changeQueue({ is, not, q, time });
}
