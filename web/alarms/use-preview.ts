import { useEffect, useState } from 'preact/hooks';
import type { QueueState } from '../router/queue-state.ts';
import { cursor, queueOrder } from './queue-store.ts';
import { changeQueue } from './use-queue.ts';

export interface Preview {
  /** The alarm that is shown; null: none. */
  readonly id: string | null;
  readonly toggle: () => void;
  readonly show: (id: string) => void;
  readonly close: () => void;
}

/** The address follows a cursor that rests; browsers refuse to be told at every key. */
const REST_MS = 300;

/** The preview, which follows the cursor while it is open. */
export function usePreview(state: QueueState): Preview {
  const [isOpen, setOpen] = useState(state.peek !== '');
  const under = cursor.value;
  useEffect(() => {
    // Back and forward, and an address that somebody gave.
    setOpen(state.peek !== '');
    if (state.peek !== '' && queueOrder.peek().includes(state.peek)) cursor.value = state.peek;
  }, [state.peek]);
  useEffect(() => {
    if (!isOpen || under === null || under === state.peek) return undefined;
    const timer = setTimeout(() => {
      changeQueue({ peek: under }, { replace: true });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isOpen, under, state.peek]);
  const show = (id: string): void => {
    cursor.value = id;
    setOpen(true);
    changeQueue({ peek: id }, { replace: true });
  };
  const close = (): void => {
    setOpen(false);
    changeQueue({ peek: '' }, { replace: true });
  };
  const toggle = (): void => {
    if (isOpen) close();
    else if (under !== null) show(under);
  };
  const id = under ?? (state.peek === '' ? null : state.peek);
  return { id: isOpen ? id : null, toggle, show, close };
}
