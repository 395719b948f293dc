import { cpus, loadavg, totalmem } from 'node:os';

/** One line that says where and under which load figures were taken. */
export function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const [load = 0] = loadavg();
  return [
    `${String(processors.length)} × ${model}`,
    `${String(memory)} GiB`,
    `Node ${process.versions.node}`,
    `load before ${load.toFixed(2)}`,
    'server and load generator share it',
  ].join(', ');
}
