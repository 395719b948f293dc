#!/usr/bin/env -S node --max-semi-space-size=64
// The frontend's program, by the name that dsiem-rs gives it: takes events in and hands them to backends over NATS.
process.env['DSIEM_MODE'] = 'cluster-frontend';
await import('./main.ts');
