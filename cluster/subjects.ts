// The subjects of a cluster (SPEC §11). Unlike peers know the first two only; nothing of ours goes there but what they know.

/** One event a message, as JSON. */
export const EVENTS_SUBJECT = 'dsiem_events';
/** `true` or `false`, from backends. */
export const OVERLOAD_SUBJECT = 'dsiem_overload_signals';
/** Several events a message, numbered, between our own nodes. */
export const SHARED_SUBJECT = 'dsiem_ts.events';
/** How far a backend of ours has come with a frontend's shared events; the frontend's epoch follows. */
export const RECEIPTS_PREFIX = 'dsiem_ts.receipts.';
/** What each of our own nodes says of itself, every second. */
export const NODES_SUBJECT = 'dsiem_ts.nodes';
