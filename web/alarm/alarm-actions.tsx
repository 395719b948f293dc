import type { JSX } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { statusKeys } from '../alarms/list/status-keys.ts';
import { queueRows } from '../alarms/queue-store.ts';
import { can, session } from '../api/session.ts';
import { Icon } from '../controls/icon.tsx';
import { KeyHint } from '../controls/key-hint.tsx';
import { useKeys, type KeyActions } from '../controls/keyboard.ts';
import { Menu, type MenuItem } from '../controls/menu.tsx';
import { RiskChip } from '../controls/risk-chip.tsx';
import { Segments } from '../controls/segments.tsx';
import { useState } from 'preact/hooks';
import type { ShownMarks } from './use-marks.ts';

export interface AlarmActionsProps {
  readonly detail: AlarmDetail;
  readonly shown: ShownMarks;
  readonly comment: () => void;
  /** In a bar at the bottom, where there is little room and menus open upwards. */
  readonly isPhone: boolean;
}

const MOST_SEGMENTS = 4;

/** The risk, and what one can do about it; who may only look sees how it is. */
export function AlarmActions(props: AlarmActionsProps): JSX.Element {
  const { detail, shown, isPhone } = props;
  const { marks } = shown;
  const mayChange = can.value.change_alarms && !marks.deleted;
  return (
    <div class="facts">
      {!isPhone && (
        <>
          <Risk detail={detail} />
          <span class="sep" />
        </>
      )}
      {mayChange ? (
        <Changes {...props} />
      ) : (
        <span>
          {marks.status}, {marks.tag}
          {marks.assignee !== '' && `, ${marks.assignee}`}
        </span>
      )}
      {!isPhone && <KibanaLink detail={detail} />}
    </div>
  );
}

/** The risk alone, where the actions stand elsewhere. */
export function AlarmRisk({ detail }: { readonly detail: AlarmDetail }): JSX.Element {
  return (
    <div class="facts">
      <Risk detail={detail} />
      <KibanaLink detail={detail} />
    </div>
  );
}

function Risk({ detail }: { readonly detail: AlarmDetail }): JSX.Element {
  const { risk, risk_class: riskClass } = detail.alarm;
  return <RiskChip risk={risk} riskClass={risk === 0 ? '' : riskClass} />;
}

function KibanaLink({ detail }: { readonly detail: AlarmDetail }): JSX.Element | null {
  if (detail.kibana_url === null) return null;
  return (
    <a class="btn" href={detail.kibana_url} target="_blank" rel="noreferrer">
      Open in Kibana
    </a>
  );
}

function Changes({ detail, shown, comment, isPhone }: AlarmActionsProps): JSX.Element {
  const [isTagOpen, setTagOpen] = useState(false);
  const { marks, change } = shown;
  const statuses = session.value?.statuses ?? [];
  const keys = statusKeys(statuses);
  const side = isPhone ? 'above' : 'below';
  const setStatus = (status: string): void => {
    if (status !== marks.status) change({ status });
  };
  useKeys({
    ...statusActions(statuses, keys, setStatus),
    t: {
      text: 'tag',
      run: () => {
        setTagOpen(true);
      },
    },
    m: { text: 'comment', run: comment },
  });
  const choices = statuses.map((value, index) => ({
    ...{ value, label: value, keys: keys[index] ?? String(index + 1) },
  }));
  return (
    <>
      {statuses.length <= MOST_SEGMENTS && !isPhone ? (
        <Segments large label="Status" segments={choices} value={marks.status} choose={setStatus} />
      ) : (
        <Menu
          label="Status"
          side={side}
          button={<Opener text={marks.status} />}
          items={choices.map(({ value, label, keys: key }) => ({
            ...{ id: value, label, keys: key, checked: value === marks.status },
            run: () => {
              setStatus(value);
            },
          }))}
        />
      )}
      <Menu
        label="Tag"
        side={side}
        button={<Opener text={marks.tag} keys="t" />}
        items={tagItems(shown)}
        open={isTagOpen}
        onOpenChange={setTagOpen}
      />
      <Menu
        label="Assignee"
        side={side}
        align={isPhone ? 'end' : 'start'}
        button={<Opener text={marks.assignee === '' ? 'Nobody' : marks.assignee} />}
        items={assigneeItems(detail, shown)}
      />
      <button type="button" class="btn" onClick={comment}>
        {isPhone && <Icon name="comment" />}
        <span class={isPhone ? 'sr' : undefined}>Comment</span>
        <KeyHint keys="m" />
      </button>
    </>
  );
}

function Opener({ text, keys }: { readonly text: string; readonly keys?: string }): JSX.Element {
  return (
    <>
      <span class="clip">{text}</span> <Icon name="down" />
      {keys !== undefined && <KeyHint keys={keys} />}
    </>
  );
}

function statusActions(
  statuses: readonly string[],
  keys: readonly string[],
  setStatus: (status: string) => void,
): KeyActions {
  return Object.fromEntries(
    statuses.flatMap((status, index) => {
      const run = (): void => {
        setStatus(status);
      };
      const number = String(index + 1);
      const key = keys[index] ?? number;
      const named = { text: `set status ${status}`, run };
      return key === number
        ? [[number, named]]
        : [
            [key, named],
            [number, { text: '', run }],
          ];
    }),
  );
}

function tagItems({ marks, change }: ShownMarks): MenuItem[] {
  const tags = session.value?.tags ?? [];
  const items = tags.map((tag, index): MenuItem => ({
    ...{ id: tag, label: tag, checked: tag === marks.tag },
    ...(index < 9 && { keys: String(index + 1) }),
    run: () => {
      if (tag !== marks.tag) change({ tag });
    },
  }));
  const remove: MenuItem = {
    ...{ id: '', label: 'Delete', apart: true },
    run: () => {
      change({ deleted: true });
    },
  };
  return [...items, remove];
}

function assigneeItems({ history }: AlarmDetail, { marks, change }: ShownMarks): MenuItem[] {
  const me = session.value?.name ?? '';
  const seen = [
    ...queueRows.peek().map(({ assignee }) => assignee),
    ...history.flatMap(({ what, by, value }) => (what === 'assignee' ? [by, value] : [by])),
    marks.assignee,
  ];
  const others = [...new Set(seen)].filter((name) => name !== '' && name !== me).sort();
  const item = (name: string, label: string): MenuItem => ({
    ...{ id: name, label, checked: name === marks.assignee },
    run: () => {
      if (name !== marks.assignee) change({ assignee: name });
    },
  });
  return [
    ...(me === '' ? [] : [item(me, `${me} (me)`)]),
    item('', 'Nobody'),
    ...others.map((name) => item(name, name)),
  ];
}
