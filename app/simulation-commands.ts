// The command lines of `dsiem simulate`, `dsiem send` and `dsiem demo`.
import type { Argv } from 'yargs';
import { SCENARIOS } from './simulation/scenarios.ts';

/** What these commands share with the other tools. */
export interface ToolParts {
  /** The token of a file, else of the environment or the log directory; throws a usage error. */
  readonly findToken: (file: string | undefined, logDir: string) => Promise<string | undefined>;
  readonly withLogDir: (parser: Argv) => Argv<{ 'log-dir': string }>;
  /** For values that make no sense. */
  readonly refuse: (problem: string) => never;
}

/** The engine of this machine. */
function usualUrl(): string {
  return `http://127.0.0.1:${process.env['DSIEM_PORT'] || '8080'}`;
}

function eventsToken(): string | undefined {
  return process.env['DSIEM_EVENTS_TOKEN'] || undefined;
}

const TOKEN_FILE = {
  type: 'string',
  describe:
    'A file with the token to use; else DSIEM_READ_TOKEN for the feed, DSIEM_EVENTS_TOKEN for events, or what the log directory has',
} as const;

/** Adds `dsiem simulate`. */
export function addSimulate(parser: Argv, { findToken, withLogDir, refuse }: ToolParts): Argv {
  return parser.command(
    'simulate',
    'Attack directives of a running engine, and tell for each whether its alarm came',
    (inner) =>
      withLogDir(inner)
        .option('url', { type: 'string', describe: `The engine (${usualUrl()})` })
        .option('token-file', TOKEN_FILE)
        .option('config-dir', {
          type: 'string',
          describe: "Folder of directives and assets; without it the engine's own are used",
        })
        .option('directive', {
          ...{ alias: 'd', type: 'string', array: true },
          describe: 'Ids, comma separated or repeated; without it all directives',
        })
        .option('scenario', {
          type: 'string',
          describe: `A story of one attacker: ${SCENARIOS.map(describeScenario).join('; ')}`,
        })
        .option('count', { ...number(1), describe: 'Attacks on each directive, or stories' })
        .option('duration', { ...number(0), describe: 'Spread them over so many seconds' })
        .option('rate', { ...number(0), describe: 'Events of attacks a second; 0: no limit' })
        .option('concurrency', { ...number(4), describe: 'Attacks at the same time' })
        .option('noise', { ...number(0), describe: 'Background events a second' })
        .option('timeout', { ...number(15), describe: 'Seconds to wait for the last alarm' })
        .option('to-file', {
          type: 'string',
          describe:
            'Append the events to a file for a log shipper, in place of sending them; alarms are waited for only with --url',
        })
        .option('seed', { type: 'number', describe: 'The same choice of values again' })
        .option('json', {
          alias: 'j',
          type: 'boolean',
          default: false,
          describe: 'One JSON object',
        })
        .example('$0 simulate', 'Prove every directive of the engine on this machine')
        .example('$0 simulate -d 1001,1004 --noise 500', 'Two of them, among background noise')
        .example('$0 simulate --scenario ransomware --duration 60 --count 10', 'Ten stories'),
    async (given) => {
      const { simulate } = await import('./commands/simulate.ts');
      const { 'to-file': toFile, 'config-dir': configDir, url, seed } = given;
      if (toFile !== undefined && url === undefined && configDir === undefined) {
        refuse('simulate: --to-file needs --config-dir or --url, for the directives');
      }
      const isWatched = toFile === undefined || url !== undefined;
      process.exitCode = await simulate({
        url: readUrl(url, refuse),
        token: await findToken(given['token-file'], given['log-dir']),
        ...{ eventsToken: eventsToken(), configDir, toFile, isWatched },
        directives: readIds(given.directive, refuse),
        scenario: given.scenario,
        count: atLeast('count', given.count, 1, refuse),
        durationSeconds: atLeast('duration', given.duration, 0, refuse),
        rate: atLeast('rate', given.rate, 0, refuse),
        concurrency: atLeast('concurrency', given.concurrency, 1, refuse),
        noise: atLeast('noise', given.noise, 0, refuse),
        timeoutSeconds: atLeast('timeout', given.timeout, 0, refuse),
        seed: seed === undefined ? undefined : atLeast('seed', seed, 0, refuse),
        ...{ json: given.json, hasBar: !given.json },
      });
    },
  );
}

/** Adds `dsiem send`. */
export function addSend(parser: Argv, { findToken, withLogDir, refuse }: ToolParts): Argv {
  return parser.command(
    'send <files..>',
    'Post events from files: one a line, or a JSON array; gzip too; - is standard input',
    (inner) =>
      withLogDir(inner)
        .positional('files', { type: 'string', array: true, demandOption: true })
        .option('url', { type: 'string', describe: `The engine (${usualUrl()})` })
        .option('token-file', TOKEN_FILE)
        .option('rate', { ...number(0), describe: 'Events a second; 0: no limit' })
        .option('as-recorded', {
          ...{ type: 'boolean', default: false },
          describe: 'Let the events go at the distances of their times',
        })
        .option('speed', { ...number(1), describe: 'So many times faster than recorded' })
        .option('shift-times', {
          ...{ type: 'boolean', default: false },
          describe: 'Date the first event now, the others at the same distance after it',
        })
        .option('batch', { ...number(500), describe: 'Events of one request' })
        .option('concurrency', {
          ...number(1),
          describe: 'Requests at the same time; from 2 on the order of events is not kept',
        })
        .option('skip', { ...number(0), describe: 'Leave out so many events at first' })
        .option('json', {
          alias: 'j',
          type: 'boolean',
          default: false,
          describe: 'One JSON object',
        })
        .example('$0 send events.ndjson.gz --shift-times', 'A recording, as fast as it goes')
        .example('$0 send day.json --as-recorded --speed 60 --shift-times', 'An hour a minute'),
    async (given) => {
      const { send } = await import('./commands/send.ts');
      const { 'as-recorded': asRecorded, 'shift-times': shiftTimes, files, json } = given;
      if (asRecorded && given.rate > 0) refuse('send: --as-recorded and --rate exclude each other');
      if (given.speed !== 1 && !asRecorded) refuse('send: --speed goes with --as-recorded');
      if (!(given.speed > 0)) refuse('--speed: must be a number above 0');
      const isDone = await send({
        ...{ files, asRecorded, shiftTimes, json, speed: given.speed },
        url: readUrl(given.url, refuse),
        token: eventsToken() ?? (await findToken(given['token-file'], given['log-dir'])),
        rate: atLeast('rate', given.rate, 0, refuse),
        batch: atLeast('batch', given.batch, 1, refuse),
        concurrency: atLeast('concurrency', given.concurrency, 1, refuse),
        skip: atLeast('skip', given.skip, 0, refuse),
      });
      if (!isDone) process.exitCode = 1;
    },
  );
}

/** Adds `dsiem demo`. */
export function addDemo(parser: Argv, { refuse }: ToolParts): Argv {
  return parser.command(
    'demo',
    'Start an engine with the starter set, attack it, and show the alarms; Ctrl-C ends it',
    (inner) =>
      inner
        .option('scenario', {
          ...{ type: 'string', choices: SCENARIOS.map(({ name }) => name) },
          ...{ default: 'ssh-takeover', describe: 'The attack' },
        })
        .option('noise', { ...number(50), describe: 'Background events a second' })
        .option('once', {
          ...{ type: 'boolean', default: false, describe: 'End after the attack' },
        }),
    async ({ scenario, noise, once }) => {
      const { demo } = await import('./commands/demo.ts');
      const isDone = await demo({ scenario, once, noise: atLeast('noise', noise, 0, refuse) });
      if (!isDone) process.exitCode = 1;
    },
  );
}

function number(usual: number): { readonly type: 'number'; readonly default: number } {
  return { type: 'number', default: usual };
}

function describeScenario({ name, description }: (typeof SCENARIOS)[number]): string {
  return `${name} (${description})`;
}

type Refuse = ToolParts['refuse'];

function atLeast(name: string, value: number, least: number, refuse: Refuse): number {
  if (value >= least && Number.isFinite(value)) return value;
  return refuse(`--${name}: must be a number, ${String(least)} or more`);
}

function readUrl(url: string | undefined, refuse: Refuse): string {
  const written = url ?? usualUrl();
  const whole = written.includes('://') ? written : `http://${written}`;
  if (/^https?:/i.test(whole) && URL.canParse(whole)) return whole;
  return refuse(`--url: must be the URL of an engine, such as ${usualUrl()}, got "${written}"`);
}

function readIds(
  texts: readonly string[] | undefined,
  refuse: Refuse,
): readonly number[] | undefined {
  if (texts === undefined) return undefined;
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const id = Number(text.trim());
      if (Number.isSafeInteger(id) && id > 0) return id;
      return refuse(`--directive: must be ids of directives, got "${text}"`);
    });
}
