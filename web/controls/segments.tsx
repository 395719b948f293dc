import type { JSX } from 'preact';
import { KeyHint } from './key-hint.tsx';

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly keys?: string;
}

export interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly choose: (value: Value) => void;
  /** As high as a button, for a status. */
  readonly large?: boolean;
}

/** A switch between few values, all of them in sight. */
export function Segments<Value extends string>(props: SegmentsProps<Value>): JSX.Element {
  const { label, segments, value, choose, large = false } = props;
  return (
    <span class={large ? 'seg st' : 'seg'} role="group" aria-label={label}>
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          aria-pressed={segment.value === value}
          onClick={() => {
            choose(segment.value);
          }}
        >
          {segment.label}
          {segment.keys !== undefined && <KeyHint keys={segment.keys} />}
        </button>
      ))}
    </span>
  );
}
