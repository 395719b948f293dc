// The alarm files are renamed and removed while events stream in (SPEC §7): every line is in one of the files, whole and once.

import assert from 'node:assert/strict';
import { linkSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream, isKnown } from '../support/load-attacks.ts';
import { readAlarmLines, readEventLines } from '../support/load-results.ts';
import { sendEvents } from '../support/load-sender.ts';
import { startProduct } from '../support/process.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

const SENDERS = 6;
const ROTATIONS = trials(200);
const LONGEST_PAUSE_MS = 100;
const FILES = ['siem_alarm_events.json', 'siem_alarms.json'] as const;

test(`no line is lost, twice or torn in ${String(ROTATIONS)} rotations under load`, async (t) => {
  const product = await startProduct({ files: ATTACK_FILES, environment: JSON_LOG });
  t.after(product.dispose);
  const { logDir, port } = product;
  const end = new AbortController();
  const sending = Promise.all(
    Array.from({ length: SENDERS }, (_, sender) =>
      sendEvents({ port, next: createAttackStream(sender), signal: end.signal }),
    ),
  );
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    await delay(Math.random() * LONGEST_PAUSE_MS);
    for (const file of FILES) {
      await waitUntil(() => hasContent(join(logDir, file)), 'a new file with lines');
      rotate(join(logDir, file), join(logDir, `${file}.${String(rotation)}`));
    }
  }
  end.abort();
  const sent = await sending;
  const { ledger } = await stopBalanced(product);
  const names = (file: string): string[] => [
    ...Array.from({ length: ROTATIONS }, (_, rotation) => `${file}.${String(rotation)}`),
    file,
  ];
  const lines = names(FILES[0]).flatMap((name) => readEventLines(logDir, name));
  const known = sent.flatMap((one) => one.sent.filter(isKnown)).map(({ event_id }) => event_id);
  assert.deepEqual(lines.map(({ event_id }) => event_id).toSorted(), known.toSorted());
  const alarms = names(FILES[1]).flatMap((name) => readAlarmLines(logDir, name));
  assert.equal(alarms.length, ledger.alarmLines.written);
  t.diagnostic(`${String(lines.length)} and ${String(alarms.length)} lines`);
});

/** Renames the file, or removes it; another link keeps what was removed for us to read. */
function rotate(path: string, kept: string): void {
  if (Math.random() < 0.5) {
    renameSync(path, kept);
  } else {
    linkSync(path, kept);
    unlinkSync(path);
  }
}

function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
