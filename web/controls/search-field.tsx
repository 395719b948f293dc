import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { KeyHint } from './key-hint.tsx';
import { useKeys } from './keyboard.ts';

export interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** The text in force. */
  readonly value: string;
  /** Called when typing rests for a moment, on enter and when it was emptied. */
  readonly search: (text: string) => void;
}

const REST_MS = 250;

/** A search field that `/` leads to and esc leaves. */
export function SearchField({ label, placeholder, value, search }: SearchFieldProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(search, REST_MS, typed);
    return () => {
      clearTimeout(timer);
    };
    // A new `search` or `value` alone is no reason to search again.
  }, [typed]);
  useKeys({
    '/': {
      text: 'search',
      run: () => {
        input.current?.focus();
        input.current?.select();
      },
    },
  });
  return (
    <label class="field search">
      <Icon name="search" />
      <span class="sr">{label}</span>
      <input
        ref={input}
        type="search"
        placeholder={placeholder}
        value={typed}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => {
          setTyped(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search(typed);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <KeyHint keys="/" />
    </label>
  );
}
