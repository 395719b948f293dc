import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { canonicalArguments } from '../../config/flag-spelling.ts';

const cases: readonly (readonly [given: string, canonical: string])[] = [
  ['--max-eps 5', '--max_eps 5'],
  ['--max_eps=5', '--max_eps=5'],
  ['--maxEPS=5', '--max_eps=5'],
  ['--maxEps 5', '--max_eps 5'],
  ['--address ::1', '--ip-address ::1'],
  ['--port=80', '--tcp-port=80'],
  ['--writeableConfig', '--writable-config=true'],
  ['--intelPrivateIP', '--intel_private_ip=true'],
  ['--cacheDuration 1', '--cache 1'],
  ['--minAlarmLifetime 1', '--min-alarm-lifetime 1'],
  ['--reload_backlogs=false', '--reload-backlogs=false'],
  ['--reload-backlogs false serve', '--reload-backlogs=false serve'],
  ['--debug serve', '--debug=true serve'],
  ['-j', '--json=true'],
  ['-j=false', '--json=false'],
  ['-vvj', '-v -v --json=true'],
  ['-p8080', '--tcp-port=8080'],
  ['-p 8080', '--tcp-port 8080'],
  ['-jp8080', '--json=true --tcp-port=8080'],
  ['-sOpen,Closed', '--status=Open,Closed'],
  ['--apm --testEnv -V', '--apm=true --test-env=true -V=true'],
  ['--pprof cpu', '--pprof cpu'],
  ['--unknown-flag=1 -x', '--unknown-flag=1 -x'],
  ['-jx', '-jx'],
  ['--max-eps -5', '--max_eps -5'],
  ['--debug -- --max-eps', '--debug=true -- --max-eps'],
];

describe('the spelling of flags', () => {
  for (const [given, canonical] of cases) {
    it(`reads ${given} as ${canonical}`, () => {
      assert.equal(canonicalArguments(given.split(' ')).join(' '), canonical);
    });
  }
});
