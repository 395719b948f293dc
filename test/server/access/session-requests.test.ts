import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  sessionSchema,
  loginCodeSchema,
  type SessionView,
} from '../../../server/schemas/session.ts';
import {
  FIRST,
  startSessionBed,
  tokenOf,
  type SentRequest,
  type SessionAnswer,
  type SessionBed,
} from '../../support/session-bed.ts';
import { postedEvent } from '../../support/test-server.ts';

const ALL = () => [
  tokenOf('ann', 'admin'),
  tokenOf('tim', 'analyst'),
  tokenOf('rob', 'reader'),
  tokenOf('eve', 'events'),
];
const TURN_OFF = { method: 'PUT', body: { enabled: false } };
const PATH_OFF = '/api/directives/1/enabled';

function viewOf({ body }: SessionAnswer): SessionView {
  return sessionSchema.strict().parse(body);
}

async function cookieOf(bed: SessionBed, token: string): Promise<string> {
  const answer = await bed.logIn({ token });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.cookie;
}

describe('logging in', () => {
  it('sets a cookie that no script and no other site can use, and tells who one is', async () => {
    const bed = await startSessionBed(ALL());
    const answer = await bed.logIn({ token: 'tim' });
    assert.equal(answer.status, 200);
    const cookie = answer.headers.get('set-cookie') ?? '';
    const [pair = '', ...attributes] = cookie.split('; ');
    assert.match(pair, new RegExp(`^dsiem-session-${String(bed.port)}=[\\w-]{43}$`));
    assert.deepEqual(attributes.sort(), [
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Strict',
    ]);
    const view = viewOf(answer);
    assert.deepEqual([view.name, view.role, view.logged_in], ['tim', 'analyst', true]);
    assert.ok(Math.abs((view.expires ?? 0) - Date.now() / 1000 - 604_800) < 5);
    const headers = { cookie: answer.cookie };
    assert.equal((await bed.ask('/api/status', { headers })).status, 200);
    const shown = viewOf(await bed.ask('/api/session', { headers }));
    assert.deepEqual([shown.name, shown.logged_in, shown.statuses.length], ['tim', true, 3]);
    assert.ok(!JSON.stringify(answer.body).includes(pair.split('=')[1] ?? '-'));
  });

  it('over HTTPS of a trusted proxy sets a cookie for HTTPS alone', async () => {
    const bed = await startSessionBed(ALL(), { trustedProxy: ['127.0.0.1'] });
    const secure = { ...bed.ownPage, 'x-forwarded-proto': 'https' };
    const sent = { method: 'POST', headers: secure, body: { token: 'rob' } };
    const answer = await bed.ask('/api/session', sent);
    const cookie = answer.headers.get('set-cookie') ?? '';
    assert.match(cookie, /^__Host-dsiem-session-\d+=.*; Path=\/.*; Secure/);
    const headers = { cookie: answer.cookie };
    assert.equal(
      (await bed.ask('/api/status', { headers: { ...secure, ...headers } })).status,
      200,
    );
    assert.equal((await bed.ask('/api/status', { headers })).code, 'token_needed');
  });

  it('believes nobody else that it is HTTPS', async () => {
    const bed = await startSessionBed(ALL());
    const headers = { ...bed.ownPage, 'x-forwarded-proto': 'https' };
    const sent = { method: 'POST', headers, body: { token: 'rob' } };
    const cookie = (await bed.ask('/api/session', sent)).headers.get('set-cookie') ?? '';
    assert.doesNotMatch(cookie, /Secure|__Host/);
  });

  it('ends the session there was', async () => {
    const bed = await startSessionBed(ALL());
    const cookie = await cookieOf(bed, 'rob');
    const headers = { ...bed.ownPage, cookie };
    const again = { method: 'POST', headers, body: { token: 'rob' } };
    const next = (await bed.ask('/api/session', again)).cookie;
    assert.notEqual(next, cookie);
    assert.equal((await bed.ask('/api/status', { headers: { cookie } })).code, 'session_ended');
    assert.equal((await bed.ask('/api/status', { headers: { cookie: next } })).status, 200);
  });

  it('stands in the audit log with the name of the token, and never with the token', async () => {
    const bed = await startSessionBed(ALL());
    const cookie = await cookieOf(bed, 'tim');
    const headers = { ...bed.ownPage, cookie };
    await bed.ask('/api/session', { method: 'DELETE', headers });
    assert.deepEqual(
      bed.audit.map(({ who, role, action, what }) => [who, role, action, what]),
      [
        ['tim', 'analyst', 'session.begin', 'token'],
        ['tim', 'analyst', 'session.end', 'log out'],
      ],
    );
  });

  const refused: readonly (readonly [string, object, SentRequest['headers'], number, string])[] = [
    ['a wrong token', { token: 'no' }, {}, 401, 'wrong_token'],
    ['a wrong code', { code: 'no' }, {}, 401, 'wrong_code'],
    ['a token for events', { token: 'eve' }, {}, 403, 'role_needed'],
    ['nothing', {}, {}, 400, 'invalid_request'],
    ['an empty token', { token: '' }, {}, 400, 'invalid_request'],
    ['a token and a code', { token: 'ann', code: 'x' }, {}, 400, 'invalid_request'],
    ['a token that is too long', { token: 'x'.repeat(5000) }, {}, 400, 'invalid_request'],
    [
      ...(['a form', { token: 'ann' }] as const),
      { 'content-type': 'application/x-www-form-urlencoded' },
      ...([415, 'unsupported_media_type'] as const),
    ],
    ['another page', { token: 'ann' }, { origin: 'https://evil.example' }, 403, 'cross_site'],
    ['a page without origin', { token: 'ann' }, { origin: 'null' }, 403, 'cross_site'],
    ['another site', { token: 'ann' }, { 'sec-fetch-site': 'cross-site' }, 403, 'cross_site'],
    ['another port', { token: 'ann' }, { 'sec-fetch-site': 'same-site' }, 403, 'cross_site'],
    ['another name', { token: 'ann' }, { host: 'evil.example' }, 403, 'foreign_host'],
  ];
  for (const [what, body, headers = {}, status, code] of refused) {
    it(`is refused for ${what}`, async () => {
      const bed = await startSessionBed(ALL());
      const answer = await bed.ask('/api/session', { method: 'POST', headers, body });
      assert.deepEqual([answer.status, answer.code, answer.cookie], [status, code, '']);
      assert.deepEqual(bed.audit, []);
    });
  }

  it('is answered 429 after five wrong tokens and codes, while sessions go on', async () => {
    const bed = await startSessionBed(ALL(), { wrongTokens: 5 });
    const cookie = await cookieOf(bed, 'rob');
    for (const wrong of [{ token: 'a' }, { code: 'b' }, { token: 'c' }, { code: 'd' }]) {
      assert.equal((await bed.logIn(wrong)).status, 401);
    }
    const bearer = { authorization: 'Bearer e' };
    assert.equal((await bed.ask('/api/status', { headers: bearer })).status, 401);
    for (const credential of [{ token: 'ann' }, { code: 'f' }]) {
      const shut = await bed.logIn(credential);
      assert.deepEqual([shut.status, shut.code], [429, 'too_many_wrong_tokens']);
      assert.match(shut.headers.get('retry-after') ?? '', /^\d+$/);
    }
    assert.equal((await bed.ask('/api/status', { headers: { cookie } })).status, 200);
    assert.equal((await bed.logIn({ token: 'rob' })).status, 200, 'it was right from here before');
  });
});

describe('a login code', () => {
  const issue = async (bed: SessionBed, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await bed.ask('/api/session/codes', { method: 'POST', headers });
    assert.equal(answer.status, 201);
    return loginCodeSchema.strict().parse(answer.body);
  };

  it('logs in once, as the token that made it', async () => {
    const bed = await startSessionBed(ALL());
    const { code, expires_in: seconds } = await issue(bed, 'ann');
    assert.equal(seconds, 900);
    const answer = await bed.logIn({ code });
    assert.deepEqual([viewOf(answer).name, viewOf(answer).role], ['ann', 'admin']);
    const again = await bed.logIn({ code });
    assert.deepEqual([again.status, again.code, again.cookie], [401, 'wrong_code', '']);
    const headers = { ...bed.ownPage, cookie: answer.cookie };
    assert.equal((await bed.ask(PATH_OFF, { ...TURN_OFF, headers })).status, 200);
    assert.equal(bed.audit.at(-1)?.who, 'ann');
  });

  it('does not outlive its token', async () => {
    const bed = await startSessionBed(ALL());
    const { code } = await issue(bed, 'ann');
    bed.tokens.shift();
    assert.equal((await bed.logIn({ code })).code, 'wrong_code');
  });

  it('is not made for a session, a lesser role or nobody', async () => {
    const bed = await startSessionBed(ALL());
    const ask = async (headers: Readonly<Record<string, string>>) =>
      (await bed.ask('/api/session/codes', { method: 'POST', headers })).code;
    const cookie = await cookieOf(bed, 'ann');
    assert.equal(await ask({ ...bed.ownPage, cookie }), 'token_needed');
    assert.equal(await ask({ authorization: 'Bearer tim' }), 'role_needed');
    assert.equal(await ask({}), 'token_needed');
  });
});

describe('a session', () => {
  it('counts as its token everywhere', async () => {
    const bed = await startSessionBed(ALL());
    const as = async (token: string) => ({ ...bed.ownPage, cookie: await cookieOf(bed, token) });
    const [admin, analyst, reader] = [await as('ann'), await as('tim'), await as('rob')];
    const file = {
      method: 'POST',
      body: { assets: [{ name: 'x', cidr: '10.0.0.0/8', value: 2 }] },
    };
    const event = { method: 'POST', body: postedEvent() };
    const statuses = async (path: string, sent: SentRequest) =>
      Promise.all(
        [admin, analyst, reader].map(
          async (headers) => (await bed.ask(path, { ...sent, headers })).status,
        ),
      );
    assert.deepEqual(await statuses(PATH_OFF, TURN_OFF), [200, 403, 403]);
    assert.deepEqual(await statuses('/config/assets_b.json', file), [201, 403, 403]);
    assert.deepEqual(await statuses('/events', event), [200, 403, 403]);
    assert.deepEqual(await statuses('/api/options', {}), [200, 200, 200]);
    for (const headers of [admin, analyst, reader]) {
      assert.equal((await bed.connect(headers)).status, 101);
    }
    const changes = bed.audit.filter(({ action }) => !action.startsWith('session.'));
    assert.deepEqual(new Set(changes.map(({ who }) => who)), new Set(['ann']));
    assert.equal(changes.length, 2);
  });

  it('gives way to a token that the request brings', async () => {
    const bed = await startSessionBed(ALL());
    const cookie = await cookieOf(bed, 'ann');
    const headers = { ...bed.ownPage, cookie, authorization: 'Bearer rob' };
    assert.equal((await bed.ask(PATH_OFF, { ...TURN_OFF, headers })).code, 'role_needed');
    const view = viewOf(await bed.ask('/api/session', { headers }));
    assert.deepEqual([view.name, view.logged_in, view.expires], ['rob', false, null]);
  });

  const pages: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['says nothing of its page', {}, 'cross_site'],
    ['comes from another page', { origin: 'https://evil.example' }, 'cross_site'],
    ['comes from a sandboxed page', { origin: 'null' }, 'cross_site'],
    ['comes from another port', { origin: 'http://127.0.0.1:1' }, 'cross_site'],
    ['comes from another site', { 'sec-fetch-site': 'cross-site' }, 'cross_site'],
    ['comes from a neighbour', { 'sec-fetch-site': 'same-site' }, 'cross_site'],
    ['asks another name', { host: 'evil.example', origin: 'http://evil.example' }, 'foreign_host'],
    ['comes from our page', { 'sec-fetch-site': 'same-origin' }, ''],
  ];
  for (const [what, headers, code] of pages) {
    it(`${code === '' ? 'is' : 'is not'} heeded for a change that ${what}`, async () => {
      const bed = await startSessionBed(ALL());
      const sent = { ...headers, cookie: await cookieOf(bed, 'ann') };
      for (const path of [PATH_OFF, '/config/assets_b.json']) {
        const change = path === PATH_OFF ? TURN_OFF : { method: 'DELETE' };
        const answer = await bed.ask(path, { ...change, headers: sent });
        assert.equal(code === '' ? '' : answer.code, code, path);
        if (code === '') assert.ok(![401, 403].includes(answer.status));
      }
      const logOut = await bed.ask('/api/session', { method: 'DELETE', headers: sent });
      assert.equal(logOut.code, code);
      assert.equal((await bed.connect(sent)).status, code === '' ? 401 : 403);
    });
  }

  it('reads without saying its page, as old browsers do over plain HTTP', async () => {
    const bed = await startSessionBed(ALL());
    const headers = { cookie: await cookieOf(bed, 'rob') };
    assert.equal((await bed.ask('/api/options', { headers })).status, 200);
    const foreign = { ...headers, origin: 'https://evil.example' };
    assert.equal((await bed.ask('/api/options', { headers: foreign })).code, 'cross_site');
  });

  it('ends with the log-out, and with it its WebSocket', async () => {
    const bed = await startSessionBed(ALL());
    const headers = { ...bed.ownPage, cookie: await cookieOf(bed, 'rob') };
    const feed = await bed.connect(headers);
    assert.equal(feed.status, 101);
    const out = await bed.ask('/api/session', { method: 'DELETE', headers });
    assert.equal(out.status, 204);
    assert.match(out.headers.get('set-cookie') ?? '', /-session-\d+=; Max-Age=0;/);
    assert.equal((await bed.ask('/api/options', { headers })).code, 'session_ended');
    await feed.closed;
    assert.equal((await bed.connect(headers)).status, 401);
    assert.equal(viewOf(await bed.ask('/api/session', { headers })).role, null);
  });

  it('ends with its token, and with it its WebSocket', async () => {
    const bed = await startSessionBed(ALL());
    const headers = { ...bed.ownPage, cookie: await cookieOf(bed, 'rob') };
    const [mine, others] = [
      await bed.connect(headers),
      await bed.connect({ authorization: 'Bearer rob' }),
    ];
    bed.tokens.splice(2, 1);
    assert.equal((await bed.ask('/api/options', { headers })).code, 'session_ended');
    await Promise.all([mine.closed, others.closed]);
  });
});

describe('GET /api/session', () => {
  it('says on this machine that reading is free before a token is set', async () => {
    const bed = await startSessionBed([]);
    const view = viewOf(await bed.ask('/api/session'));
    assert.deepEqual([view.name, view.role, view.logged_in], ['loopback', 'reader', false]);
    assert.deepEqual(
      Object.entries(view.can).flatMap(([what, may]) => (may ? [what] : [])),
      ['read'],
    );
    assert.equal(view.version, '1.2.3');
    const admin = viewOf(await bed.logIn({ token: FIRST }));
    assert.deepEqual([admin.name, admin.role], ['first-start', 'admin']);
    assert.ok(Object.values(admin.can).every((may) => may));
  });

  it('tells a stranger nothing of the engine', async () => {
    const bed = await startSessionBed([]);
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const view = viewOf(await bed.ask('/api/session', { headers }));
    assert.deepEqual([view.name, view.role, view.version], [null, null, '']);
    assert.deepEqual([view.statuses, view.tags, view.writable_config], [[], [], false]);
    assert.ok(Object.values(view.can).every((may) => !may));
  });

  it('does not take from a left-over cookie what is free', async () => {
    const bed = await startSessionBed([]);
    const headers = { cookie: `dsiem-session-${String(bed.port)}=gone` };
    assert.equal((await bed.ask('/api/options', { headers })).status, 200);
    const change = { ...TURN_OFF, headers: { ...headers, ...bed.ownPage } };
    assert.equal((await bed.ask(PATH_OFF, change)).code, 'session_ended');
  });

  it('promises what the routes then allow, and nothing besides', async () => {
    const routes: readonly (readonly [keyof SessionView['can'], string, SentRequest])[] = [
      ['read', '/api/status', {}],
      ['switch_directives', '/api/directives/99/enabled', TURN_OFF],
      ['stop_backlogs', '/api/backlogs/none', { method: 'DELETE' }],
      ['reload', '/api/reload', { method: 'POST' }],
      ['write_configuration', '/api/configuration/files/assets_none.json', { method: 'DELETE' }],
    ];
    for (const writableConfig of [true, false]) {
      const bed = await startSessionBed(ALL(), { writableConfig });
      for (const token of ['ann', 'tim', 'rob']) {
        const answer = await bed.logIn({ token });
        const headers = { ...bed.ownPage, cookie: answer.cookie };
        for (const [permission, path, sent] of routes) {
          const { status } = await bed.ask(path, { ...sent, headers });
          const isPromised = viewOf(answer).can[permission];
          assert.equal(status !== 403, isPromised, `${permission} for ${token}: ${String(status)}`);
        }
      }
    }
  });
});

describe('a token that was added a moment ago', () => {
  it('is known to requests, senders and WebSockets at once', async () => {
    for (const use of ['request', 'sender', 'feed'] as const) {
      const bed = await startSessionBed(ALL());
      bed.unseen.push(tokenOf('new', 'admin'));
      const headers = { authorization: 'Bearer new' };
      const event = { method: 'POST', headers, body: postedEvent() };
      const status =
        use === 'feed'
          ? (await bed.connect(headers)).status
          : (
              await (use === 'sender'
                ? bed.ask('/events', event)
                : bed.ask('/api/status', { headers }))
            ).status;
      assert.equal(status, use === 'feed' ? 101 : 200, use);
    }
  });

  it('is known to who logs in with it', async () => {
    const bed = await startSessionBed(ALL());
    bed.unseen.push(tokenOf('new', 'admin'));
    assert.equal((await bed.logIn({ token: 'new' })).status, 200);
  });
});
