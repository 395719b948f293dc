// What telemetry costs: processor time an event, with nothing counted, with all metrics, and with traces of one request in
// a hundred. Each run has a process of its own; the variants take turns. Aims: 5 % without traces, 15 % with them.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startOtlpCollector } from '../test/support/otlp-collector.ts';
import { describeMachine } from './rig/machine.ts';
import { median } from './rig/quantiles.ts';
import { measureVariant, VARIANTS, type Variant, type Work } from './rig/telemetry-variant.ts';
import { formatTable } from './rig/text-table.ts';

const WORK: Readonly<Record<string, Work>> = {
  'one directive, arrays of 100': {
    ...{ arrayOf: 100, warmEvents: 100_000, events: 600_000 },
    vary: { directives: 1, attackers: 20, oneIn: 1 },
  },
  'one directive, single events': {
    ...{ arrayOf: 0, warmEvents: 50_000, events: 300_000 },
    vary: { directives: 1, attackers: 20, oneIn: 1 },
  },
  '100 directives × 20 attackers, arrays of 100': {
    ...{ arrayOf: 100, warmEvents: 50_000, events: 300_000 },
    vary: { directives: 100, attackers: 20, oneIn: 1 },
  },
};
const AIMS: Readonly<Record<Variant, string>> = {
  nothing: '',
  metrics: '≤ 1.05',
  'metrics and traces': '≤ 1.15',
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    variant: { type: 'string' },
    work: { type: 'string', default: '' },
    collector: { type: 'string', default: '' },
  },
});

if (values.variant === undefined) await compare(Number(values.rounds));
else await measureOne(values.variant);

async function measureOne(name: string): Promise<void> {
  const variant = VARIANTS.find((candidate) => candidate === name);
  const work = WORK[values.work];
  if (variant === undefined || work === undefined) throw new Error('no such variant or work');
  console.log(String(await measureVariant(variant, work, values.collector)));
}

async function compare(rounds: number): Promise<void> {
  console.log(describeMachine());
  const collector = await startOtlpCollector();
  const rows: string[][] = [];
  for (const work of Object.keys(WORK)) {
    const costs = new Map<Variant, number[]>(VARIANTS.map((variant) => [variant, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of VARIANTS) {
        costs.get(variant)?.push(await runAlone(variant, work, collector.endpoint));
      }
    }
    const floor = median(costs.get('nothing') ?? []);
    for (const [variant, samples] of costs) {
      const cost = median(samples);
      const ratio = (cost / floor).toFixed(3);
      rows.push([work, variant, `${cost.toFixed(2)} µs`, ratio, AIMS[variant]]);
    }
  }
  console.log(formatTable(['work', 'counted', 'CPU an event', 'ratio', 'aim'], rows));
  console.log(`spans received: ${String(collector.spans.length)}`);
  collector.close();
}

function runAlone(variant: Variant, work: string, collector: string): Promise<number> {
  const script = process.argv[1] ?? '';
  const flags = ['--max-semi-space-size=64', '--import=tsx', script];
  const order = ['--variant', variant, '--work', work, '--collector', collector];
  const child = spawn(process.execPath, [...flags, ...order], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(Number(text));
      else reject(new Error(`a run of ${variant} failed`));
    });
  });
}
