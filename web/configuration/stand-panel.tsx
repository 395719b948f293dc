import type { ComponentChildren, JSX } from 'preact';
import type { ConfigurationFileView } from '../../server/schemas/configuration-file.ts';
import type { FaultView } from '../../server/schemas/fault.ts';
import { countOf } from '../format/numbers.ts';
import { changesNothing } from './change-words.ts';
import { ProblemList } from './problem-list.tsx';
import { checkedWords, type OpenFile } from './use-file.ts';

export interface StandPanelProps {
  readonly name: string;
  readonly file: OpenFile;
  readonly faults: readonly FaultView[];
  readonly view: ConfigurationFileView | null;
  readonly go: (line: number, column: number | undefined) => void;
}

/** Below the text: what is wrong with it, or what saving it would do. */
export function StandPanel(props: StandPanelProps): JSX.Element | null {
  const { name, file, faults, view, go } = props;
  const { stand } = file;
  switch (stand.kind) {
    case 'checked':
      return stand.check.valid ? (
        <Checked {...props} />
      ) : (
        <Problems
          title={`${countOf(stand.check.problems.length, 'problem')}: it cannot be loaded like this`}
          {...{ name, go }}
          problems={stand.check.problems}
        />
      );
    case 'refused':
      return (
        <Problems
          title="Nothing was written: the folder could not be loaded then"
          {...{ name, go }}
          problems={stand.problems}
        />
      );
    case 'conflict':
      return <Conflict file={file} />;
    case 'busy':
    case 'editing': {
      if (faults.length > 0) {
        const title = `${countOf(faults.length, 'problem')}: the file cannot be loaded as it is`;
        return <Problems title={title} {...{ name, go }} problems={faults} />;
      }
      const warnings = file.isChanged ? [] : (view?.warnings ?? []);
      if (warnings.length === 0) return null;
      const title = countOf(warnings.length, 'warning');
      return <Problems title={title} {...{ name, go }} problems={warnings} />;
    }
  }
}

function Checked({ name, file, go }: StandPanelProps): JSX.Element | null {
  const { stand } = file;
  if (stand.kind !== 'checked') return null;
  const { check, toSave } = stand;
  const isSame = check.directives === null || changesNothing(check.directives);
  const words = isSame ? 'No directive changes' : checkedWords(check);
  return (
    <Panel>
      <p class="outcome" role="status">
        <b>{toSave ? 'Saving changes this:' : 'It can be loaded.'}</b> <span>{words}</span>
        {toSave && (
          <>
            <button type="button" class="btn main" onClick={file.save}>
              Save {name}
            </button>
            <button type="button" class="btn" onClick={file.cancel}>
              Not now
            </button>
          </>
        )}
      </p>
      {check.directives !== null && !isSame && <Concerned directives={check.directives} />}
      {check.warnings.length > 0 && (
        <>
          <p class="mut">{countOf(check.warnings.length, 'warning')}</p>
          <ProblemList label="Warnings" problems={check.warnings} file={name} go={go} />
        </>
      )}
    </Panel>
  );
}

const MOST_NAMED = 20;
const GROUPS = ['added', 'changed', 'renamed', 'removed'] as const;

type Directives = NonNullable<
  Extract<OpenFile['stand'], { kind: 'checked' }>['check']['directives']
>;

function Concerned({ directives }: { readonly directives: Directives }): JSX.Element {
  return (
    <ul class="concerned" aria-label="Directives concerned">
      {GROUPS.flatMap((group) =>
        directives[group].slice(0, MOST_NAMED).map(({ id, name, backlogs }) => (
          <li key={`${group} ${String(id)}`}>
            <span class="mut">{group}</span>
            <span>
              {id} {name}
            </span>
            <span class="mut">{backlogs > 0 && countOf(backlogs, 'live backlog')}</span>
          </li>
        )),
      )}
    </ul>
  );
}

function Conflict({ file }: { readonly file: OpenFile }): JSX.Element {
  return (
    <Panel>
      <p class="outcome" role="alert">
        <b>Somebody else saved this file in between.</b>
        <span>Nothing was overwritten. Take over what you want, then go on with one of them.</span>
        <button type="button" class="btn main" onClick={file.keepMine}>
          Go on with yours
        </button>
        <button type="button" class="btn" onClick={file.discard}>
          Go on with theirs
        </button>
      </p>
    </Panel>
  );
}

function Problems({
  title,
  name,
  problems,
  go,
}: {
  readonly title: string;
  readonly name: string;
  readonly problems: readonly FaultView[];
  readonly go: StandPanelProps['go'];
}): JSX.Element {
  return (
    <Panel>
      <p role="status">
        <b>{title}</b>
      </p>
      <ProblemList label="Problems" problems={problems} file={name} go={go} />
    </Panel>
  );
}

function Panel({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="stand" role="region" aria-label="Problems and changes" tabIndex={0}>
      {children}
    </div>
  );
}
