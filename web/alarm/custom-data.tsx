import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';

const MOST_SHOWN = 3;

/** What events carried beside the common fields, by label; null when there is none. */
export function CustomData({ detail }: { readonly detail: AlarmDetail }): JSX.Element | null {
  const { custom_data: data = [] } = detail.alarm;
  if (data.length === 0) return null;
  const groups = new Map<string, string[]>();
  for (const { label, content } of data) {
    const values = content.split(',').map((value) => value.trim());
    groups.set(label, [...new Set([...(groups.get(label) ?? []), ...values])]);
  }
  return (
    <section aria-label="Custom data">
      <h2>Custom data</h2>
      <dl class="kv">
        {[...groups].map(([label, values]) => (
          <Group key={label} label={label} values={values} />
        ))}
      </dl>
    </section>
  );
}

function Group({
  label,
  values,
}: {
  readonly label: string;
  readonly values: readonly string[];
}): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const more = values.length - MOST_SHOWN;
  const isCut = more > 1 && !isWhole;
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {(isCut ? values.slice(0, MOST_SHOWN) : values).join(', ')}
        {isCut && (
          <button
            type="button"
            class="link more"
            aria-label={`${String(more)} more of ${label}`}
            onClick={() => {
              setWhole(true);
            }}
          >
            +{more}
          </button>
        )}
      </dd>
    </>
  );
}
