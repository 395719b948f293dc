import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { OPTION_NAMES, OPTION_TABLE } from '../../config/option-table.ts';
import {
  formatOptionFault,
  readOptions,
  type Environment,
  type Flags,
} from '../../config/read-options.ts';

function faultsOf(flags: Flags, environment: Environment = {}): string[] {
  return readOptions(flags, environment).faults.map(formatOptionFault);
}

function warningsOf(flags: Flags, environment: Environment = {}): string[] {
  return readOptions(flags, environment).warnings.map(formatOptionFault);
}

describe('reading options', () => {
  it('gives every option its default when nothing is given, and no EPS limit', () => {
    const { options, sources, warnings, faults } = readOptions({}, {});
    for (const name of OPTION_NAMES) {
      const isEps = name === 'maxEps' || name === 'minEps';
      assert.deepEqual(options[name], isEps ? 0 : OPTION_TABLE[name].default, name);
      assert.equal(sources[name], 'default');
    }
    assert.deepEqual([warnings, faults], [[], []]);
  });

  it('lets a flag win over the environment, and the environment over the default', () => {
    const environment = { DSIEM_PORT: '1000', DSIEM_ADDRESS: '127.0.0.1' };
    const { options, sources } = readOptions({ 'tcp-port': '2000' }, environment);
    assert.equal(options.tcpPort, 2000);
    assert.equal(options.ipAddress, '127.0.0.1');
    assert.equal(options.logDir, 'logs');
    assert.deepEqual(
      [sources.tcpPort, sources.ipAddress, sources.logDir],
      ['flag', 'environment', 'default'],
    );
  });

  it('takes an empty environment variable as not set', () => {
    const { options, sources, faults } = readOptions({}, { DSIEM_PORT: '', DSIEM_TAGS: ' ' });
    assert.equal(options.tcpPort, 8080);
    assert.equal(sources.tags, 'default');
    assert.deepEqual(faults, []);
  });

  for (const [text, expected] of [
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ] as const) {
    it(`reads a switch of ${text} as ${String(expected)}`, () => {
      assert.equal(
        readOptions({}, { DSIEM_RELOAD_BACKLOGS: text }).options.reloadBacklogs,
        expected,
      );
      assert.equal(readOptions({ 'reload-backlogs': text }, {}).options.reloadBacklogs, expected);
    });
  }

  it('splits lists by commas and trims their entries', () => {
    const { options } = readOptions({ status: ' New , Seen,' }, { DSIEM_TAGS: 'A,B' });
    assert.deepEqual(options.status, ['New', 'Seen']);
    assert.deepEqual(options.tags, ['A', 'B']);
  });

  it('counts -v as debug and -vv as trace', () => {
    const levels = [1, 2].map((v) => {
      const { debug, trace } = readOptions({ v }, {}).options;
      return { debug, trace };
    });
    assert.deepEqual(levels, [
      { debug: true, trace: false },
      { debug: false, trace: true },
    ]);
  });

  it('reads a queue of 0 as 524288', () => {
    assert.equal(readOptions({ max_queue: '0' }, {}).options.maxQueue, 524_288);
  });
});

describe('the EPS limit of a standalone', () => {
  for (const [flags, minEps, maxEps] of [
    [{}, 0, 0],
    [{ max_eps: '500' }, 100, 500],
    [{ min_eps: '500' }, 500, 1000],
    [{ min_eps: '50', max_eps: '50' }, 50, 50],
    [{ max_eps: '0' }, 100, 0],
    [{ min_eps: '5000', max_eps: '0' }, 5000, 0],
  ] as const) {
    it(`is ${String(minEps)} to ${String(maxEps)} with ${JSON.stringify(flags)}`, () => {
      const { options, faults } = readOptions(flags, {});
      assert.deepEqual([options.minEps, options.maxEps, faults], [minEps, maxEps, []]);
    });
  }
});

describe('faults of options', () => {
  for (const [flags, environment, expected] of [
    [{ max_eps: 'x' }, {}, '--max_eps: must be a whole number, 0 or more, got "x"'],
    [{ max_eps: '-5' }, {}, '--max_eps: must be a whole number, 0 or more, got "-5"'],
    [{ max_eps: '1e3' }, {}, '--max_eps: must be a whole number, 0 or more, got "1e3"'],
    [{}, { DSIEM_MAXEPS: '1.5' }, 'DSIEM_MAXEPS: must be a whole number, 0 or more, got "1.5"'],
    [{ 'tcp-port': '65536' }, {}, '--tcp-port: must be a whole number, 0 to 65535, got "65536"'],
    [{ 'tcp-port': true }, {}, '--tcp-port: needs a value: 0 to 65535'],
    [{ json: 'maybe' }, {}, '--json: must be true, false, 1 or 0, got "maybe"'],
    [{}, { DSIEM_JSON: 'yes' }, 'DSIEM_JSON: must be true, false, 1 or 0, got "yes"'],
    [{ nosuch: '1' }, {}, '--nosuch: is no option of this program'],
    [{ x: true }, {}, '-x: is no option of this program'],
    [
      { mode: 'cluster' },
      {},
      '--mode: must be standalone or cluster-frontend or cluster-backend, got "cluster"',
    ],
    [{ mode: 'cluster-backend' }, {}, '--node: is needed for a cluster-backend'],
    [
      { 'ip-address': '1.2.3' },
      {},
      '--ip-address: must be an IPv4 or IPv6 address or localhost, got "1.2.3"',
    ],
    [
      { status: ' , ' },
      {},
      '--status: must hold at least one text, with commas between several, got " , "',
    ],
    [
      { 'idle-directives-timeout': '4' },
      {},
      '--idle-directives-timeout: must be a whole number, 5 to 35791, got "4"',
    ],
    [{ med_risk_min: '1' }, {}, '--med_risk_min: must be a whole number, 2 to 8, got "1"'],
    [{ med_risk_max: '10' }, {}, '--med_risk_max: must be a whole number, 3 to 9, got "10"'],
    [
      { med_risk_min: '5' },
      { DSIEM_MEDRISKMAX: '5' },
      '--med_risk_min: must be below DSIEM_MEDRISKMAX (5), got "5"',
    ],
    [
      { med_risk_max: '3' },
      {},
      '--med_risk_max: must be above --med_risk_min (3, the default), got "3"',
    ],
    [{ min_eps: '20', max_eps: '10' }, {}, '--min_eps: must not be above --max_eps (10), got "20"'],
    [{ max_eps: '10' }, {}, '--max_eps: must not be below --min_eps (100, the default), got "10"'],
  ] as const) {
    it(`names ${expected}`, () => {
      assert.deepEqual(faultsOf(flags, environment), [expected]);
    });
  }

  it('are all named in one go, and leave the defaults', () => {
    const flags = { 'tcp-port': 'x', cache: '-1', nosuch: true };
    assert.equal(faultsOf(flags, { DSIEM_DEBUG: 'on' }).length, 4);
    assert.equal(readOptions(flags, {}).options.tcpPort, 8080);
  });
});

describe('warnings of options', () => {
  for (const [flags, environment, expected] of [
    [{}, { DSIEM_NOSUCH: '1' }, 'DSIEM_NOSUCH: is no variable of this program and was ignored'],
    [
      {},
      { DSIEM_MAX_EPS: '1' },
      'DSIEM_MAX_EPS: is no variable of this program and was ignored, did you mean DSIEM_MAXEPS',
    ],
    [{ apm: 'true' }, {}, '--apm: has no effect: Elastic APM is not supported'],
    [{}, { DSIEM_APM: 'true' }, 'DSIEM_APM: has no effect: Elastic APM is not supported'],
    [{ pprof: 'cpu' }, {}, '--pprof: has no effect: profile with node --cpu-prof instead'],
    [{ websocket: 'true' }, {}, '--websocket: has no effect: the WebSocket is always on'],
    [{ dev: 'true' }, {}, '--dev: has no effect: there is no development mode'],
    [{ 'test-env': 'true' }, {}, '--test-env: has no effect: there is no test mode'],
    [{ V: 'true' }, {}, '-V: has no effect: print the version with: dsiem version'],
    [
      { 'filter-threads': '4' },
      {},
      '--filter-threads: has no effect here: routing takes no threads of its own',
    ],
  ] as const) {
    it(`say ${expected}`, () => {
      assert.deepEqual(warningsOf(flags, environment), [expected]);
      assert.deepEqual(faultsOf(flags, environment), []);
    });
  }

  it('leave variables of other programs alone', () => {
    assert.deepEqual(warningsOf({}, { PATH: '/bin', MY_DSIEM_X: '1', DSIEM_EMPTY: '' }), []);
  });
});
