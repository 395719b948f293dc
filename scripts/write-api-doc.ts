// Writes docs/api.md: starts the built product, sends every example with curl and puts down what came back.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProduct, type Product } from '../test/support/process.ts';
import { alarmExamples } from './alarm-examples.ts';
import { change, show, type Example } from './api-example.ts';

const root = join(import.meta.dirname, '..');
const LONGEST_LINES = 60;
const LONGEST_LINE = 200;
const EVENT = {
  event_id: 'e1',
  timestamp: new Date().toISOString(),
  title: 'failed log-in',
  sensor: 'gate',
  src_ip: '198.51.100.7',
  dst_ip: '10.0.0.5',
  plugin_id: 1001,
  plugin_sid: 1,
};
const RULE = { type: 'PluginRule', plugin_id: 1001, plugin_sid: [1], from: 'ANY', to: 'HOME_NET' };
const DIRECTIVE = {
  id: 7,
  name: 'Password guessing from SRC_IP',
  ...{ kingdom: 'Reconnaissance', category: 'Brute force', priority: 4 },
  ...{ description: 'Somebody tries many passwords.', attack: ['T1110.001'] },
  rules: [
    { ...RULE, name: 'first failure', stage: 1, occurrence: 1, reliability: 3, timeout: 0 },
    { ...RULE, name: 'many', stage: 2, from: ':1', occurrence: 20, reliability: 6, timeout: 3600 },
  ],
};
const ASSETS = { assets: [{ name: 'office', cidr: '10.0.0.0/8', value: 3 }] };
const DRAFT = JSON.stringify({ assets: [{ name: 'office', cidr: '10.0.0.0/16', value: 4 }] });
const FILE = '/api/configuration/files/assets_office.json';

const BACKLOGS_TEXT = `Soonest deadline first unless \`sort\` says \`opened\`, \`last\` or \`stage\`, with \`-\` before it the highest first; filters:
\`directive\`, \`stage\`, \`address\` (addresses and CIDRs, comma separated). A search by address asks every live backlog, 200
at a time with pauses, so that correlation goes on meanwhile.`;

function examples(alarmId: string, etag: string, token: string): readonly Example[] {
  return [
    show('Status', 'How the engine does.', '/api/status'),
    show('Options', 'Those in force, and where each value comes from.', '/api/options'),
    ...alarmExamples(alarmId),
    show(
      'Directives',
      'Filters: `q`, `state` (`on`, `off`, `disabled`, `live`), `file`; `sort` with `-` before it is descending.',
      '/api/directives?state=live&sort=-matched',
    ),
    show('One directive', 'With its text as its file writes it.', '/api/directives/7'),
    change(
      'Turn a directive off',
      'No event reaches it until it is turned on again, over reloads and restarts; its backlogs are parked.',
      ['PUT', '/api/directives/7/enabled', '{"enabled": false}'],
    ),
    change('Turn it on again', 'Backlogs past their deadline end, the others go on.', [
      'PUT',
      '/api/directives/7/enabled',
      '{"enabled": true}',
    ]),
    show(
      'Live backlogs',
      BACKLOGS_TEXT,
      '/api/backlogs?directive=7&address=10.0.0.0/8&sort=-stage',
    ),
    show('One backlog', 'In full, as its saved file would hold it.', `/api/backlogs/${alarmId}`),
    change('End a backlog', 'Its alarm, if it has one, stays as it is.', [
      'DELETE',
      `/api/backlogs/${alarmId}`,
    ]),
    show(
      'Configuration files',
      'With what is wrong with them as they are on disk.',
      '/api/configuration/files',
    ),
    show('One file', 'As it stands; the ETag is what If-Match wants.', FILE),
    change(
      'Check a draft',
      'The whole folder with this draft in it; nothing is written. Readers may.',
      ['POST', `${FILE}/check`, DRAFT],
    ),
    change(
      'Write a file',
      'And load the folder. Needs `--writable-config`. 412 when somebody else has changed the file since, 422 when the folder could not be loaded then: nothing is written.',
      ['PUT', FILE, DRAFT, `If-Match: ${etag}`],
    ),
    change('Write what was changed meanwhile', 'The same once more, with the ETag of before.', [
      'PUT',
      FILE,
      DRAFT,
      `If-Match: ${etag}`,
    ]),
    change('Delete a file', 'Here the last one with assets, so that it is refused.', [
      'DELETE',
      FILE,
    ]),
    change('Reload', 'Loads the folder, all of it or nothing.', ['POST', '/api/reload']),
    show(
      'Schemas',
      'The JSON Schema of `directives`, `assets`, `intel` and `vuln` files.',
      '/api/schemas/assets',
    ),
    show(
      'OpenAPI',
      'Every route with its parameters and answers, for generators of clients.',
      '/api/openapi.json',
    ),
    show('Who asks', 'And what they may do; the web page draws itself by it.', '/api/session'),
    change(
      'Make a login code',
      'It logs in once, within 15 minutes: `/ui/#/login?code=…`. `dsiem login` does it for you.',
      ['POST', '/api/session/codes'],
    ),
    {
      title: 'Log in',
      text: 'With `{"token": …}` or `{"code": …}`, for browsers: the cookie then stands for the token (access.md).',
      words: [
        ...['-X', 'POST', '-H', 'Content-Type: application/json'],
        ...['-d', JSON.stringify({ token }), '/api/session'],
      ],
    },
    {
      title: 'Log out',
      text: 'Ends the session of the cookie, and takes the cookie away.',
      words: ['-X', 'DELETE', '/api/session'],
    },
    show('Health', 'Whether the process lives; outside /api, for everybody.', '/healthz'),
    show('Readiness', 'Whether it takes events; 503 and the reasons when it does not.', '/readyz'),
    show('An error', 'Every error has this shape.', '/api/directives?limit=0'),
  ];
}

function run(product: Product, { words, admin }: Example, token: string): string {
  const path = words.at(-1) ?? '';
  const options = [
    ...(admin ? ['-H', `Authorization: Bearer ${token}`] : []),
    ...words.slice(0, -1),
  ];
  const { stdout } = spawnSync('curl', ['-s', '-i', ...options, product.url + path], {
    encoding: 'utf8',
  });
  return stdout;
}

function format(example: Example, answer: string, product: Product): string {
  const [head = '', ...rest] = answer.replaceAll('\r', '').split('\n\n');
  const [status = '', ...headers] = head.split('\n');
  const shown = headers.filter((line) =>
    /^(etag|allow|retry-after|set-cookie|content-disposition):/i.test(line),
  );
  const body = rest.join('\n\n');
  const isJson = /^content-type: application\/json/im.test(head);
  const text = shorten(
    isJson && body !== '' ? JSON.stringify(JSON.parse(body), null, 2) : body,
    example.lines,
  );
  const quoted = example.words.map((word) => (/^[\w/:.=?&-]+$/.test(word) ? word : `'${word}'`));
  const path = quoted.pop() ?? '';
  const given = [
    ...(example.admin ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...quoted,
    path.includes('?') ? `'localhost:8080${path}'` : `localhost:8080${path}`,
  ].join(' ');
  const lines = [status, ...shown, ...(text === '' ? [] : ['', text])].join('\n');
  return `### ${example.title}\n\n${example.text}\n\n\`\`\`console\n$ curl -i ${given}\n${lines}\n\`\`\`\n`.replaceAll(
    product.configDir,
    'configs',
  );
}

/** The token becomes the shell's variable, also within a word in quotes; a session's secret is cut. */
function hideSecrets(text: string, token: string): string {
  return text.replaceAll(token, "'$TOKEN'").replace(/(dsiem-session-\d+=)[\w-]+/g, '$1…');
}

function shorten(text: string, most: number = LONGEST_LINES): string {
  const lines = text.trimEnd().split('\n').map(shortenLine);
  if (lines.length <= most) return lines.join('\n');
  return [...lines.slice(0, most), '…'].join('\n');
}

function shortenLine(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`;
}

async function main(): Promise<void> {
  const product = await startProduct({
    files: {
      'assets_office.json': ASSETS,
      'directives_guessing.json': `${JSON.stringify({ directives: [DIRECTIVE] }, null, 2)}\n`,
    },
    options: ['--writable-config'],
  });
  try {
    const token = readFileSync(join(product.logDir, 'admin-token'), 'utf8').trim();
    await fetch(`${product.url}/events`, { method: 'POST', body: JSON.stringify(EVENT) });
    const list = await (await fetch(`${product.url}/api/backlogs`)).text();
    const alarmId = /"alarm_id":"([^"]+)"/.exec(list)?.[1] ?? '';
    const etag = (await fetch(product.url + FILE)).headers.get('etag') ?? '';
    const parts = examples(alarmId, etag, token).map((example) =>
      hideSecrets(format(example, run(product, example, token), product), token),
    );
    writeFileSync(join(root, 'docs', 'api.md'), `${INTRODUCTION}\n${parts.join('\n')}`);
  } finally {
    await product.stop();
    await product.dispose();
  }
}

const INTRODUCTION = `# REST interface

<!-- Written by scripts/write-api-doc.ts from a running product: change the script, then run it. -->

Everything an operator sees and changes is JSON below \`/api\`; \`/api/openapi.json\` describes it for programs. The live
feed of alarms is in feed.md.

- **Access.** From the same machine reading needs no token. From elsewhere, and for changes, send
  \`Authorization: Bearer <token>\`: one made with \`dsiem token add\`, or the one in \`<log-dir>/admin-token\`. Below,
  \`TOKEN=$(cat logs/admin-token)\`.
- **Lists** come in pages: \`limit\` (1 to 1000, 100 unless given), and \`cursor\` with the \`next\` of the page before,
  until \`next\` is null. A cursor is a place, not a number of rows: rows that come and go meanwhile move no others.
- **Errors** are \`{"error": {"code", "message", …}}\`. Programs go by the code; a request that does not fit is 400
  \`invalid_request\` with every problem. Unknown parameters are refused too: a mistyped filter would not filter.
- **Changes** by a person are lines of \`<log-dir>/audit.json\`.
- **Size.** Answers above 2 kB are compressed for who sends \`Accept-Encoding: br\` or \`gzip\`; streams and what has an
  ETag go as they are.
- Times are Unix seconds.

## Examples

Each was run as it stands; long answers are cut.
`;

await main();
