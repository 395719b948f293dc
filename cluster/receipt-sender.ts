import type { NatsLink } from './nats-link.ts';
import { writeReceipt, type Receipt } from './receipt.ts';
import type { SharedHeader } from './shared-message.ts';
import { RECEIPTS_PREFIX } from './subjects.ts';

export interface ReceiptSenderDeps extends Pick<Receipt, 'node' | 'run' | 'capacity'> {
  readonly link: Pick<NatsLink, 'publish'>;
}

/** Tells frontends of ours how far this backend has come. */
export interface ReceiptSender {
  /** The events of the message wait no longer. */
  settle(header: SharedHeader): void;
  close(): void;
}

/** So often at most: a frontend may publish as much as a backend holds in that time. */
const EVERY_MS = 10;

/** A sender that has told nothing yet; what is settled is told within 10 ms. */
export function createReceiptSender({ link, ...receipt }: ReceiptSenderDeps): ReceiptSender {
  /** By the frontend's epoch. */
  const settled = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    timer = undefined;
    for (const [epoch, number] of settled) {
      link.publish(RECEIPTS_PREFIX + epoch, writeReceipt({ ...receipt, settled: number }));
    }
    settled.clear();
  }

  return {
    settle: ({ epoch, first, count }) => {
      settled.set(epoch, first + count - 1);
      timer ??= setTimeout(tell, EVERY_MS);
    },
    close: () => {
      clearTimeout(timer);
      tell();
    },
  };
}
