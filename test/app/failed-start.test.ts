import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions } from '../../config/read-options.ts';
import { explainFailedStart } from '../../app/failed-start.ts';

const { options } = readOptions({ 'log-dir': '/var/log/dsiem', 'tcp-port': '80' }, {});

function systemError(code: string, syscall: string): Error {
  const [call, port] = syscall.split(' on port ');
  return Object.assign(new Error(code), {
    code,
    syscall: call,
    ...(port && { port: Number(port) }),
  });
}

describe('a start that the system does not allow', () => {
  const cases: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ['EADDRINUSE', 'listen on port 80', /another program/, /ss -ltnp 'sport = :80'.*--tcp-port/],
    ['EADDRNOTAVAIL', 'listen on port 80', /no interface/, /--ip-address/],
    ['EACCES', 'listen on port 80', /may not listen/, /CAP_NET_BIND_SERVICE/],
    ['EACCES', 'listen', /may not write to the log directory/, /^chown/],
    [
      'EACCES',
      'mkdir',
      /may not write to the log directory/,
      /^chown -R \d+:\d+ \/var\/log\/dsiem/,
    ],
    ['EROFS', 'open', /read-only/, /--log-dir/],
    ['ENOSPC', 'write', /full/, /room/],
    ['ENOTDIR', 'mkdir', /is a file/, /folder/],
  ];
  for (const [code, syscall, problem, remedy] of cases) {
    it(`is explained with a remedy: ${code} of ${syscall}`, () => {
      const explained = explainFailedStart(systemError(code, syscall), options);
      assert.equal(explained?.code, code);
      assert.match(explained.problem, problem);
      assert.match(explained.remedy, remedy);
    });
  }

  it('is left with its stack when it is of another kind', () => {
    for (const err of [
      new Error('x'),
      systemError('ENOTSUP', 'listen on port 80'),
      'text',
      undefined,
    ]) {
      assert.equal(explainFailedStart(err, options), undefined);
    }
  });
});
