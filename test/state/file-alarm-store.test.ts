import { makeStorePlace, openStore, openThreadlessStore } from '../support/file-store-bed.ts';
import { describeAlarmStore } from './alarm-store-contract.ts';
import { describeAlarmWork } from './alarm-work-contract.ts';

const threaded = { open: () => openStore(makeStorePlace()), atSoak: 20 };
const threadless = { open: () => Promise.resolve(openThreadlessStore(makeStorePlace())) };

describeAlarmStore('the file store', threaded);
describeAlarmWork('the file store', threaded);
describeAlarmStore('the file store without a thread', threadless);
describeAlarmWork('the file store without a thread', threadless);
