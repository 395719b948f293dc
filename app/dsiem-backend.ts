#!/usr/bin/env -S node --max-semi-space-size=64
// The backend's program, by the name that dsiem-rs gives it: correlates the events that come over NATS.
process.env['DSIEM_MODE'] = 'cluster-backend';
await import('./main.ts');
