// Writes alarms as the engine does, as fast as the store takes them, until it is killed: the line goes to the alarm file, the
// state to the store. `tsx store-writer-program.ts <log dir> <run>`
import { createAppendFile } from '../../state/append-file.ts';
import { makeAlarmState } from './alarm-states.ts';
import { makeStorePlace, openStore } from './file-store-bed.ts';
import { makeNormalizedEvents } from './normalized-events.ts';

const ALARMS = 300;
const [logDir = '', run = ''] = process.argv.slice(2);
const { options, captured } = makeStorePlace({}, logDir);
const counts = { decided: 0, written: 0, waiting: 0, lost: 0 };
const file = await createAppendFile({ path: options.alarmFile, log: captured.log, counts });
const store = await openStore({ logDir, options, captured });
const [event] = makeNormalizedEvents(1);
let sequence = 0;
console.log('ready');

for (let round = 0; ; round += 1) {
  for (let index = 0; index < 20; index += 1) {
    const number = (round * 7 + index * 13) % ALARMS;
    const alarm_id = `alarm-${String(number)}-${number % 3 === 0 ? run : ''}`;
    const time = Number(run) * 1_000_000 + sequence;
    const state = makeAlarmState({
      alarm: { alarm_id, update_time: time, title: `in run ${run}`, created_time: 1 },
    });
    file.append(`${JSON.stringify(state.alarm)}\n`, 1);
    const events = event === undefined ? [] : [{ ...event, eventId: String(sequence) }];
    await store.apply([
      {
        sequence: (sequence += 1),
        change: { type: 'events', alarmId: alarm_id, stage: 1, events },
      },
      { sequence: (sequence += 1), change: { type: 'alarm', state } },
    ]);
  }
  await new Promise((resolve) => setTimeout(resolve, round % 20 === 0 ? 30 : 1));
}
