import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import bunyan from 'bunyan';
import { createLogger, formatJsonLine, formatTextLine } from '../../app/log-stream.ts';
import {
  conformanceFolder,
  present,
  skipWithoutFolder,
} from '../conformance/conformance-folder.ts';

const folder = conformanceFolder();
const skip = skipWithoutFolder(folder, 'log lines of the reference');

interface Recorded {
  readonly json: readonly string[];
  readonly text: readonly string[];
}

interface Line {
  readonly timestamp: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly target: string;
}

function readRecorded(): Recorded {
  const path = join(present(folder), 'wire/watchdog.json');
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- a recording of known shape
  const recorded: Recorded = JSON.parse(readFileSync(path, 'utf8'));
  return recorded;
}

function parseLine(text: string): Line {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- as above
  const line: Line = JSON.parse(text);
  return line;
}

/** The keys of every object in a JSON text, in their order. */
function keysOf(text: string): string[] {
  return [...text.matchAll(/"([a-z_]+)":/g)].map(([, key = '']) => key);
}

function record(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    ...{
      name: 'dsiem',
      hostname: 'h',
      pid: process.pid,
      level: bunyan.INFO,
      v: 0,
      component: 'watchdog',
    },
    ...{ msg: 'a message', time: new Date('2026-11-24T14:00:39.302Z') },
    ...fields,
  };
}

describe('log lines as JSON', () => {
  it('have exactly the shape of the reference', { skip }, () => {
    for (const text of readRecorded().json) {
      const { fields, timestamp, target } = parseLine(text);
      const { message, ...rest } = fields;
      const ours = formatJsonLine(record({ msg: message, time: new Date(timestamp), ...rest }));
      assert.equal(ours.endsWith('\n'), true);
      assert.deepEqual(keysOf(ours), keysOf(text));
      assert.deepEqual(
        { ...parseLine(ours), timestamp: '' },
        { ...parseLine(text), timestamp: '' },
      );
      assert.match(parseLine(ours).timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.equal(parseLine(ours).target, target);
    }
  });

  const levels: readonly [number, string][] = [
    [bunyan.TRACE, 'TRACE'],
    [bunyan.DEBUG, 'DEBUG'],
    [bunyan.INFO, 'INFO'],
    [bunyan.WARN, 'WARN'],
    [bunyan.ERROR, 'ERROR'],
    [bunyan.FATAL, 'ERROR'],
  ];
  for (const [level, name] of levels) {
    it(`call level ${String(level)} ${name}`, () => {
      assert.equal(parseLine(formatJsonLine(record({ level }))).level, name);
    });
  }

  it('name the program itself where no component speaks', () => {
    assert.equal(parseLine(formatJsonLine(record({ component: undefined }))).target, 'dsiem');
  });

  it('keep every field of the call and none of the logger', () => {
    const { fields } = parseLine(formatJsonLine(record({ directive: 1, nested: { a: [1] } })));
    assert.deepEqual(fields, { message: 'a message', directive: 1, nested: { a: [1] } });
  });

  it('tell the process id of another process that a line is about', () => {
    assert.equal(parseLine(formatJsonLine(record({ pid: 0 }))).fields['pid'], 0);
  });

  it('are one line each, whatever is in them', () => {
    const line = formatJsonLine(record({ msg: 'a\nb', text: 'c\r\nd' }));
    assert.equal(line.indexOf('\n'), line.length - 1);
  });
});

describe('log lines as text', () => {
  it('are those of the reference but for its way to write whole numbers', { skip }, () => {
    for (const text of readRecorded().text) {
      const [, time = '', values = ''] = /^(\S+) .*watchdog report (.*)$/.exec(text) ?? [];
      const fields = Object.fromEntries(
        values.split(' ').map((pair) => {
          const [key = '', value = ''] = pair.split('=');
          return [key, Number(value)];
        }),
      );
      const ours = formatTextLine(
        record({ msg: 'watchdog report', time: new Date(time), ...fields }),
        false,
      );
      const expected = text.replace(/(\.\d{3})\d{3}Z/, '$1000Z').replaceAll('=0.0 ', '=0 ');
      assert.equal(ours, `${expected}\n`);
    }
  });

  it('quote values that would be read as something else, and have no colour codes but for a terminal', () => {
    const line = record({ path: '/a/b', text: 'two words', list: [1, 'x'] });
    assert.match(formatTextLine(line, false), /path=\/a\/b text="two words" list=\[1,"x"\]\n$/);
    assert.equal(formatTextLine(line, false).includes('\u001b'), false);
    assert.equal(formatTextLine(line, true).includes('\u001b'), true);
    assert.equal(formatTextLine(record({ text: 'a\nb' }), false).indexOf('\n') > 0, true);
  });
});

describe('the logger', () => {
  it('writes from its level on, in its shape, with errors as their stack', () => {
    const lines: string[] = [];
    const log = createLogger({
      ...{ level: 'info', json: true, colour: false },
      write: (line) => lines.push(line),
    });
    log.debug('not this');
    log
      .child({ component: 'engine' })
      .error({ err: new Error('it broke'), directive: 3 }, 'failed');
    assert.equal(lines.length, 1);
    const line = parseLine(lines[0] ?? '');
    assert.deepEqual(
      [line.level, line.target, line.fields['message']],
      ['ERROR', 'dsiem::engine', 'failed'],
    );
    assert.equal(line.fields['directive'], 3);
    assert.match(String(line.fields['error']), /it broke\n\s+at /);
    createLogger({
      level: 'info',
      json: false,
      colour: false,
      write: (text) => lines.push(text),
    }).warn('so');
    assert.match(lines[1] ?? '', /^\S+Z {2}WARN dsiem: so\n$/);
  });
});
