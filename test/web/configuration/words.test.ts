import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeWords } from '../../../web/configuration/change-words.ts';
import { emptyFile, KINDS, kindOf, nameProblem } from '../../../web/configuration/file-name.ts';

describe('what a change does', () => {
  const one = (backlogs: number): { id: number; name: string; backlogs: number } => ({
    ...{ id: 1, name: 'a', backlogs },
  });

  it('is told with the live backlogs that it touches', () => {
    const words = changeWords({
      ...{ added: [one(0), one(0)], changed: [one(3)], removed: [], renamed: [], unchanged: 9 },
    });
    assert.equal(
      words.replaceAll('\u00a0', ' '),
      '2 directives added, 1 changed (3 backlogs go on under the old rules), 0 removed',
    );
  });

  it('tells of backlogs that stop', () => {
    const words = changeWords({
      ...{ added: [], changed: [], removed: [one(1)], renamed: [one(2)], unchanged: 0 },
    });
    assert.equal(
      words.replaceAll('\u00a0', ' '),
      '0 directives added, 0 changed, 1 removed (1 backlog stops), 1 renamed (2 backlogs stop)',
    );
  });
});

describe('names of files', () => {
  it('tell the kind', () => {
    const names = ['directives_a.json', 'assets_.json', 'dsiem_config.json', 'intel_a.txt'];
    assert.deepEqual(names.map(kindOf), ['directives', 'assets', null, null]);
  });

  it('of new files are letters, digits, - and _, and not taken', () => {
    const problem = (rest: string): string | null =>
      nameProblem(rest, ['directives_a.json'], 'directives');
    assert.equal(problem('web-1_x'), null);
    for (const rest of ['', 'a b', '../x', 'a']) assert.notEqual(problem(rest), null, rest);
  });

  it('of every kind begin a file that is JSON', () => {
    for (const { kind } of KINDS) assert.doesNotThrow(() => JSON.parse(emptyFile(kind)), kind);
  });
});
