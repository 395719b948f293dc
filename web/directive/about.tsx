import type { JSX } from 'preact';
import type { DirectiveDetail } from './use-directive.ts';

/** What the directive says of itself: description, what to do, harmless causes, ATT&CK. */
export function About({ detail }: { readonly detail: DirectiveDetail }): JSX.Element | null {
  const { description, runbook, false_positives: harmless, attack } = detail;
  if (description === null && runbook === null && harmless.length + attack.length === 0)
    return null;
  return (
    <div class="about">
      {description !== null && <p>{description}</p>}
      {harmless.length > 0 && (
        <div>
          <span class="mut">Known harmless causes:</span>
          <ul>
            {harmless.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {(runbook !== null || attack.length > 0) && (
        <p class="outward">
          {runbook !== null && <Outward to={runbook}>Runbook</Outward>}
          {attack.map((id) => (
            <Outward key={id} to={attackAddress(id)}>
              {id}
            </Outward>
          ))}
        </p>
      )}
    </div>
  );
}

function Outward({
  to,
  children,
}: {
  readonly to: string;
  readonly children: string;
}): JSX.Element {
  return (
    <a class="link" href={to} target="_blank" rel="noreferrer" data-tip={to}>
      {children}
    </a>
  );
}

/** Where ATT&CK describes a technique (T1110), a sub-technique (T1110.001) or a tactic (TA0006). */
function attackAddress(id: string): string {
  const kind = id.startsWith('TA') ? 'tactics' : 'techniques';
  return `https://attack.mitre.org/${kind}/${id.replace('.', '/')}/`;
}
