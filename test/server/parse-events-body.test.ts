import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEventsBody } from '../../server/parse-events-body.ts';
import { postedEvent } from '../support/test-server.ts';

const one = JSON.stringify(postedEvent());
const two = JSON.stringify(postedEvent({ event_id: 'e2' }));
const bad = JSON.stringify(postedEvent({ title: '' }));

/** `e1,e2 -1:418` for the ids taken and the positions refused, or the code of an unreadable body. */
function outcome(body: string | Buffer): string {
  const parsed = parseEventsBody(Buffer.from(body));
  if (parsed.kind === 'unreadable') return parsed.answer.code;
  const taken = parsed.events.map(({ eventId }) => eventId).join(',');
  const refused = parsed.rejected.map(
    ({ index, fault }) => ` -${String(index)}:${String(fault.status)}`,
  );
  return taken + refused.join('');
}

describe('parseEventsBody', () => {
  const table: readonly (readonly [what: string, body: string | Buffer, expected: string])[] = [
    ['one event', one, 'e1'],
    ['white space around it', ` \r\n\t${one}\n\n`, 'e1'],
    ['one event over several lines', JSON.stringify(postedEvent(), null, 2), 'e1'],
    ['an array', `[${one},${two}]`, 'e1,e2'],
    ['an array over several lines', `[\n${one},\n${two}\n]\n`, 'e1,e2'],
    ['an empty array', '[]', ''],
    ['an array with bad ones', `[${bad},${one},5,null,[${one}]]`, 'e1 -0:418 -2:400 -3:400 -4:400'],
    ['one event a line', `${one}\n${two}`, 'e1,e2'],
    ['a newline at the end', `${one}\n${two}\n`, 'e1,e2'],
    ['CRLF and blank lines', `\r\n${one}\r\n\r\n  \r\n${two}\r\n\r\n`, 'e1,e2'],
    ['a malformed line between', `${one}\n{"a":\n${two}`, 'e1,e2 -1:400'],
    ['a malformed first line', `{"a"}\n${two}`, 'e2 -0:400'],
    ['a bad line', `${one}\n${bad}`, 'e1 -1:418'],
    ['an array among the lines', `${one}\n[${two}]`, 'e1 -1:400'],
    ['an array that is cut off', `[\n${one},\n${two}\n`, 'malformed_json'],
    ['an event that is cut off', '{\n"event_id": "e1",\n', 'malformed_json'],
    ['two events on one line', one + two, 'malformed_json'],
    ['nothing', '', 'malformed_json'],
    ['blanks only', ' \n\n ', 'malformed_json'],
    ['no JSON', 'hello\nworld', 'malformed_json'],
    ['a byte order mark', `\ufeff${one}`, 'malformed_json'],
    ['a key twice', one.replace('"e1"', '"e0","event_id":"e1"'), 'e1'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_utf8'],
    ['a latin-1 umlaut', Buffer.from(one.replace('"t"', '"\u00e4"'), 'latin1'), 'invalid_utf8'],
    ['64 levels in a field', `{"x":${'['.repeat(63)}${']'.repeat(63)}}`, ' -0:400'],
    ['65 arrays in a field', `{"x":${'['.repeat(65)}${']'.repeat(65)}}`, 'too_deep'],
    ['65 objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'too_deep'],
    ['65 of both', `[${'{"a":['.repeat(33)}1${']}'.repeat(33)}]`, 'too_deep'],
    ['brackets in a text', one.replace('"t"', `"\\"${'['.repeat(100)}"`), 'e1'],
    ['too many values', `[${'1,'.repeat(131_072)}1]`, 'too_many_events'],
    ['too many lines', '{}\n'.repeat(131_073), 'too_many_events'],
  ];
  for (const [what, body, expected] of table) {
    it(`reads ${what}`, () => {
      assert.equal(outcome(body), expected);
    });
  }

  it('keeps text beyond ASCII as it is', () => {
    const parsed = parseEventsBody(Buffer.from(one.replace('"t"', '"\u00e4 \u{1f600}"')));
    assert.ok(parsed.kind === 'events');
    assert.equal(parsed.events[0]?.title, '\u00e4 \u{1f600}');
  });

  it('refuses millions of nested arrays at once', () => {
    const started = performance.now();
    assert.equal(outcome('['.repeat(16 * 1024 * 1024)), 'too_deep');
    assert.equal(outcome(`{"x":"\\"${'['.repeat(64)}",${'"a":['.repeat(9)}`), 'malformed_json');
    assert.ok(performance.now() - started < 1000);
  });
});
