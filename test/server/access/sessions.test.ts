import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessToken } from '../../../core/access/role.ts';
import { hashToken } from '../../../server/access/bearer-token.ts';
import { CODE_LIFETIME_MS, createLoginCodes } from '../../../server/access/login-codes.ts';
import { createSessions } from '../../../server/access/sessions.ts';

const ANNA: AccessToken = { name: 'anna', role: 'analyst', hash: hashToken('a') };
const FIRST: AccessToken = { name: 'first-start', role: 'admin', hash: hashToken('first') };

function createBed() {
  const tokens = { list: [ANNA] };
  const clock = { nowMs: 0 };
  const sessions = createSessions(
    { set: () => tokens.list, firstStart: FIRST },
    () => clock.nowMs,
    { idleMs: 100, longestMs: 250, most: 3 },
  );
  return { tokens, clock, sessions };
}

describe('a session', () => {
  it('is found by its secret alone, and counts as its token', () => {
    const { sessions } = createBed();
    const secret = sessions.open(ANNA);
    assert.match(secret, /^[\w-]{43}$/);
    assert.deepEqual(sessions.find(secret), { token: ANNA, leftMs: 250 });
    assert.equal(sessions.find(`${secret.slice(0, -1)}*`), undefined);
    assert.equal(sessions.find(''), undefined);
  });

  it('ends when it was not used for the idle time', () => {
    const { sessions, clock } = createBed();
    const secret = sessions.open(ANNA);
    clock.nowMs = 99;
    assert.ok(sessions.find(secret));
    clock.nowMs = 198;
    assert.ok(sessions.find(secret));
    clock.nowMs = 298;
    assert.equal(sessions.find(secret), undefined);
  });

  it('ends after its longest time, however much it is used', () => {
    const { sessions, clock } = createBed();
    const secret = sessions.open(ANNA);
    for (clock.nowMs = 0; clock.nowMs < 250; clock.nowMs += 50) {
      assert.deepEqual(sessions.find(secret)?.leftMs, 250 - clock.nowMs);
    }
    assert.equal(sessions.find(secret), undefined);
    clock.nowMs = 0;
    assert.equal(sessions.find(secret), undefined, 'it comes back when the clock does');
  });

  for (const [what, list] of [
    ['is removed', []],
    ['gets another role', [{ ...ANNA, role: 'admin' }]],
    ['gets another name', [{ ...ANNA, name: 'bert' }]],
    ['is replaced', [{ ...ANNA, hash: hashToken('b') }]],
  ] as const) {
    it(`ends when its token ${what}`, () => {
      const { sessions, tokens } = createBed();
      const secret = sessions.open(ANNA);
      tokens.list = [...list];
      assert.equal(sessions.find(secret), undefined);
      tokens.list = [ANNA];
      assert.equal(sessions.find(secret), undefined);
    });
  }

  it('of the first start lives on when the same token is set, too', () => {
    const { sessions, tokens } = createBed();
    const secret = sessions.open(FIRST);
    tokens.list = [{ ...FIRST, name: 'admin-token' }];
    assert.equal(sessions.find(secret)?.token, FIRST);
  });

  it('ends when it is ended, and no other with it', () => {
    const { sessions } = createBed();
    const [one, other] = [sessions.open(ANNA), sessions.open(ANNA)];
    sessions.end(one);
    assert.equal(sessions.find(one), undefined);
    assert.ok(sessions.find(other));
  });

  it('that was not used for the longest time makes room for one too many', () => {
    const { sessions } = createBed();
    const [first, second, third] = [1, 2, 3].map(() => sessions.open(ANNA));
    sessions.find(first ?? '');
    const fourth = sessions.open(ANNA);
    const found = [first, second, third, fourth].map((secret) => sessions.find(secret ?? ''));
    assert.deepEqual(
      found.map((session) => session !== undefined),
      [true, false, true, true],
    );
  });
});

describe('a login code', () => {
  it('works once', () => {
    const codes = createLoginCodes(() => 0);
    const code = codes.issue(FIRST);
    assert.match(code, /^[\w-]{32}$/);
    assert.equal(codes.use(code), FIRST);
    assert.equal(codes.use(code), undefined);
    assert.equal(codes.use('another'), undefined);
  });

  it('works for 15 minutes', () => {
    let nowMs = 0;
    const codes = createLoginCodes(() => nowMs);
    const [early, late] = [codes.issue(FIRST), codes.issue(FIRST)];
    assert.equal(CODE_LIFETIME_MS, 900_000);
    nowMs = CODE_LIFETIME_MS - 1;
    assert.equal(codes.use(early), FIRST);
    nowMs = CODE_LIFETIME_MS;
    assert.equal(codes.use(late), undefined);
  });

  it('goes when sixteen newer ones wait', () => {
    const codes = createLoginCodes(() => 0);
    const issued = Array.from({ length: 17 }, () => codes.issue(ANNA));
    assert.equal(codes.use(issued[0] ?? ''), undefined);
    for (const code of issued.slice(1)) assert.equal(codes.use(code), ANNA);
  });
});
