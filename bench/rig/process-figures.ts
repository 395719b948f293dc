import { readdirSync, readFileSync } from 'node:fs';

const KIB_PER_MB = 1e6 / 1024;

/** Resident memory of the process now and at its highest, in MB; NaN where /proc is missing. */
export function readMemory(pid: number): { readonly nowMb: number; readonly peakMb: number } {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / KIB_PER_MB;
  return { nowMb: field('VmRSS'), peakMb: field('VmHWM') };
}

/** Processor time that all threads of the process have used so far, in milliseconds (a resolution of nanoseconds). */
export function readCpuMs(pid: number): number {
  const folder = `/proc/${String(pid)}/task`;
  return readdirSync(folder)
    .map((thread) => readFileSync(`${folder}/${thread}/schedstat`, 'utf8'))
    .map((text) => Number(text.split(' ')[0]) / 1e6)
    .reduce((sum, milliseconds) => sum + milliseconds, 0);
}
