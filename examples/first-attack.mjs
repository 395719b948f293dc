/* global console, fetch, process */
// An invented attack for the tour of the README: an outsider guesses SSH passwords of 10.0.0.5 until one fits.
// Usage: node examples/first-attack.mjs [address of the engine, http://127.0.0.1:8080 without one]
import { randomUUID } from 'node:crypto';

const engine = process.argv[2] ?? 'http://127.0.0.1:8080';
const guesses = ['root', 'admin', 'oracle', 'test', 'backup', 'deploy'];

try {
  for (const user of guesses) await send(1, `Failed password for ${user}`, user);
  await send(7, 'Accepted password for deploy', 'deploy');
} catch (error) {
  console.error(
    `${engine} does not answer (${error.cause?.code ?? error.message}). Is it started?`,
  );
  process.exitCode = 1;
}

/** Posts one normalized event of plugin 4003 (sshd); its sids are 1 for a failed login and 7 for one that succeeds. */
async function send(sid, title, user) {
  const event = {
    event_id: randomUUID(),
    timestamp: new Date().toISOString(),
    title,
    sensor: 'tour',
    plugin_id: 4003,
    plugin_sid: sid,
    src_ip: '203.0.113.77',
    dst_ip: '10.0.0.5',
    dst_port: 22,
    protocol: 'TCP',
    custom_label1: 'user',
    custom_data1: user,
  };
  const response = await fetch(`${engine}/events`, { method: 'POST', body: JSON.stringify(event) });
  console.log(response.status, title);
}
