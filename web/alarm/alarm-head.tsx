import type { JSX } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { copyText } from '../controls/copy-text.ts';
import { Icon } from '../controls/icon.tsx';
import { navigate } from '../router/router.ts';
import { formatAddress } from '../router/address.ts';
import { formatCount } from '../format/numbers.ts';
import { say } from '../controls/foot-message.ts';
import { listAddress, type CameFromPlace } from './use-list-place.ts';

/** Where one is: the way back to the list, the id, and the neighbours in the list. */
export function Crumb({
  id,
  place,
}: {
  readonly id: string;
  readonly place: CameFromPlace | null;
}): JSX.Element {
  return (
    <nav class="crumb" aria-label="Place">
      <a class="link" href={listAddress()}>
        Alarms
      </a>
      <span class="dim">/</span>
      <span class="mono">{id}</span>
      <button
        type="button"
        class="icb small"
        aria-label="Copy the id"
        data-tip="Copy the id"
        onClick={() => {
          copyId(id);
        }}
      >
        <Icon name="copy" />
      </button>
      {place !== null && <Neighbours place={place} />}
    </nav>
  );
}

/** Copies an id and says so in the foot line. */
export function copyId(id: string): void {
  copyText(id);
  say({ text: `Copied ${id}.` });
}

function Neighbours({ place }: { readonly place: CameFromPlace }): JSX.Element {
  const { place: at, total, what, previous, next } = place;
  return (
    <span class="push">
      {at === null
        ? `no longer among ${formatCount(total)} ${what}`
        : `${formatCount(at)} of ${formatCount(total)} ${what}`}
      <Step label="Previous alarm" tip="Previous (k)" icon="previous" to={previous} />
      <Step label="Next alarm" tip="Next (j)" icon="next" to={next} />
    </span>
  );
}

interface StepProps {
  readonly label: string;
  readonly tip: string;
  readonly icon: 'previous' | 'next';
  readonly to: string | null;
}

function Step({ label, tip, icon, to }: StepProps): JSX.Element {
  return (
    <button
      type="button"
      class="icb"
      aria-label={label}
      data-tip={tip}
      disabled={to === null}
      onClick={() => {
        goToAlarm(to);
      }}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Goes to another alarm of the list, in place of this one in the history. */
export function goToAlarm(id: string | null): void {
  if (id !== null) navigate(formatAddress(['alarms', id]), { replace: true });
}

/** What the directive says of itself, where it does. */
export function DirectiveText({ detail }: { readonly detail: AlarmDetail }): JSX.Element | null {
  const { directive } = detail;
  if (directive === null) return null;
  const {
    description = '',
    runbook,
    attack = [],
    false_positives: falsePositives = [],
  } = directive;
  const hasLinks = runbook !== undefined || attack.length > 0;
  if (description === '' && !hasLinks && falsePositives.length === 0) return null;
  return (
    <div class="about">
      {description !== '' && <p>{description}</p>}
      {falsePositives.length > 0 && <p>Harmless when: {falsePositives.join('; ')}</p>}
      {hasLinks && (
        <p class="links">
          {runbook !== undefined && (
            <a class="link" href={runbook} target="_blank" rel="noreferrer" data-tip={runbook}>
              Runbook
            </a>
          )}
          {attack.map((id) => (
            <a key={id} class="link" href={attackAddress(id)} target="_blank" rel="noreferrer">
              {id}
            </a>
          ))}
        </p>
      )}
    </div>
  );
}

/** Tactics are TA0006, techniques T1110, their parts T1110.001. */
function attackAddress(id: string): string {
  const kind = id.startsWith('TA') ? 'tactics' : 'techniques';
  return `https://attack.mitre.org/${kind}/${id.replace('.', '/')}/`;
}
