import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isNodeName } from '../../cluster/wanted-files.ts';
import { checkDirectives } from '../../config/check-directives.ts';
import { formatFault } from '../../config/configuration-fault.ts';
import type { ConfigurationText } from '../../config/configuration.ts';
import { kindOfFile } from '../../config/file-kind.ts';
import { readItems } from '../../config/item-list.ts';
import {
  isFileOfNode,
  nodeFiles,
  shareOut,
  type NodeShare,
} from '../../config/split-directives.ts';
import { writeFileAtomically } from '../../state/atomic-file.ts';
import {
  countMeasured,
  readMeasuredCosts,
  StatisticsError,
  weighItems,
} from '../directive-costs.ts';

export interface SplitRequest {
  readonly files: readonly string[];
  readonly nodes: readonly string[];
  /** URLs of running engines, or files with their statistics; without one costs are estimated. */
  readonly statistics: readonly string[];
  readonly token: string | undefined;
  readonly outputDir: string;
  /** Overwrite files that are there. */
  readonly force: boolean;
  /** Write nothing. */
  readonly dryRun: boolean;
}

/** What the operator has to change; each line stands for itself. */
class SplitRefusal extends Error {
  override readonly name = 'SplitRefusal';
  readonly problems: readonly string[];
  constructor(...problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * `dsiem split`: writes the directives of the files to one file for each node and file, every directive once, and prints
 * the balance. Whether it could; else the reasons are on stderr and nothing was written.
 */
export async function split(request: SplitRequest): Promise<boolean> {
  try {
    checkNodes(request.nodes);
    const texts = await readTexts(request.files);
    const { shares, basis } = await share(texts, request);
    const files = nodeFiles(shares);
    await checkFolder(request, [...files.keys()]);
    for (const [name, text] of request.dryRun ? [] : files) {
      await writeFileAtomically(join(request.outputDir, name), text);
    }
    process.stdout.write(describe(shares, [...files.keys()], { ...request, basis }));
    return true;
  } catch (error) {
    if (error instanceof SplitRefusal) {
      for (const problem of error.problems) process.stderr.write(`dsiem: ${problem}\n`);
    } else if (error instanceof StatisticsError) {
      process.stderr.write(`dsiem: --statistics: ${error.message}\n`);
    } else throw error;
    return false;
  }
}

function checkNodes(nodes: readonly string[]): void {
  const problems = nodes
    .filter((node) => !isNodeName(node))
    .map((node) => `--nodes: "${node}" is no name of a node: letters, digits, _ and -, 64 at most`);
  if (new Set(nodes).size < nodes.length) problems.push('--nodes: each node must be named once');
  for (const node of nodes) {
    const other = nodes.find((candidate) => candidate.startsWith(`${node}_`));
    if (other === undefined) continue;
    problems.push(`--nodes: ${node} would load the files of ${other} too, rename one of them`);
  }
  if (problems.length > 0) throw new SplitRefusal(...problems);
}

async function readTexts(paths: readonly string[]): Promise<ConfigurationText[]> {
  const texts: ConfigurationText[] = [];
  for (const path of paths) {
    const name = basename(path);
    if (kindOfFile(name) !== 'directives') {
      throw new SplitRefusal(`${path}: the name must begin with directives_ and end in .json`);
    }
    if (texts.some((text) => text.name === name)) {
      throw new SplitRefusal(`${path}: there is another file of this name`);
    }
    try {
      texts.push({ name, text: await readFile(path, 'utf8') });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SplitRefusal(`${path}: cannot be read: ${reason}`);
    }
  }
  return texts;
}

async function share(
  texts: readonly ConfigurationText[],
  { nodes, statistics, token }: SplitRequest,
): Promise<{ shares: readonly NodeShare[]; basis: string }> {
  const lists = texts.map((text) => readItems('directives', text));
  const items = lists.flatMap((list) => list.items);
  const { directives, faults: inside } = checkDirectives(items);
  const faults = [...lists.flatMap((list) => list.faults), ...inside];
  if (faults.length > 0) throw new SplitRefusal(...faults.map(formatFault));
  if (directives.length < nodes.length) {
    const found = `${String(directives.length)} enabled directives`;
    throw new SplitRefusal(`${found} are too few: each of ${String(nodes.length)} nodes needs one`);
  }
  const measured = statistics.length === 0 ? undefined : await readMeasuredCosts(statistics, token);
  const basis =
    measured === undefined
      ? 'estimated from the rules'
      : `measured for ${String(countMeasured(directives, measured))} of ${String(directives.length)} directives`;
  return { shares: shareOut(weighItems(items, directives, measured), nodes), basis };
}

async function checkFolder(
  { outputDir, nodes, force, dryRun }: SplitRequest,
  names: readonly string[],
): Promise<void> {
  const present = dryRun ? [] : await readdir(outputDir).catch(() => []);
  const taken = names.filter((name) => present.includes(name));
  if (taken.length > 0 && !force) {
    const problems = taken.map((name) => `${join(outputDir, name)}: exists already`);
    throw new SplitRefusal(...problems, 'nothing was written; --force overwrites');
  }
  for (const name of present.filter((other) => !names.includes(other))) {
    const node = nodes.find((candidate) => isFileOfNode(name, candidate));
    if (node === undefined) continue;
    process.stderr.write(`dsiem: ${join(outputDir, name)} is left, ${node} loads it too\n`);
  }
}

function describe(
  shares: readonly NodeShare[],
  files: readonly string[],
  { outputDir, dryRun, basis }: SplitRequest & { readonly basis: string },
): string {
  const total = shares.reduce((sum, { cost }) => sum + cost, 0);
  const width = Math.max('node'.length, ...shares.map(({ node }) => node.length));
  const rows = shares.map(({ node, items, cost }) => {
    const percent = total === 0 ? 0 : (100 * cost) / total;
    return `${node.padEnd(width)}  ${String(items.length).padStart(10)}  ${percent.toFixed(1).padStart(5)} %\n`;
  });
  const heading = `${'node'.padEnd(width)}  ${'directives'.padStart(10)}  ${'cost'.padStart(7)}  (${basis})\n`;
  const verb = dryRun ? 'would write' : 'wrote';
  const written = files.map((name) => `${verb} ${join(outputDir, name)}\n`);
  return [heading, ...rows, ...written].join('');
}
