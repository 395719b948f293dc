import type { JSX } from 'preact';
import type { FaultView } from '../../server/schemas/fault.ts';
import { formatAddress } from '../router/address.ts';

export interface ProblemListProps {
  readonly label: string;
  readonly problems: readonly FaultView[];
  /** The file that is shown: its name is left out. null: all are named. */
  readonly file: string | null;
  /** Goes to a place of the file that is shown. */
  readonly go?: ((line: number, column: number | undefined) => void) | undefined;
}

const MOST = 500;

/** Problems as the engine words them; a click goes there. */
export function ProblemList({ label, problems, file, go }: ProblemListProps): JSX.Element {
  return (
    <ul class="problems" aria-label={label}>
      {problems.slice(0, MOST).map((problem, index) => (
        <li key={index}>
          <Where {...{ problem, file, go }} />
          <span>{wordsOf(problem)}</span>
        </li>
      ))}
      {problems.length > MOST && <li class="dim">{problems.length - MOST} more</li>}
    </ul>
  );
}

function Where({
  problem,
  file,
  go,
}: Pick<ProblemListProps, 'file' | 'go'> & { readonly problem: FaultView }): JSX.Element {
  const { line, column } = problem;
  const isHere = problem.file === file;
  const words = line === undefined ? 'file' : `line ${String(line)}`;
  if (isHere && go !== undefined) {
    return (
      <button
        type="button"
        class="link"
        onClick={() => {
          go(line ?? 1, column);
        }}
      >
        {words}
      </button>
    );
  }
  return (
    <a class="link" href={placeOf(problem)}>
      {isHere ? words : nameOf(problem)}
    </a>
  );
}

/** Problems of all files together name the folder, whose path says nothing here. */
function nameOf({ file }: FaultView): string {
  return isFile(file) ? file : 'folder';
}

function isFile(name: string): boolean {
  return name.endsWith('.json');
}

/** The address of a problem's place. */
function placeOf({ file, line }: FaultView): string {
  if (!isFile(file)) return formatAddress(['configuration']);
  return formatAddress(['configuration', file], [['line', line === undefined ? '' : String(line)]]);
}

/** The engine's line without what stands beside it: the file, and the line. */
function wordsOf({ file, text, line }: FaultView): string {
  const rest = text.startsWith(`${file}: `) ? text.slice(file.length + 2) : text;
  return line === undefined ? rest : rest.replace(/ \(line \d+, column \d+\)$/, '');
}
