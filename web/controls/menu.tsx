import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { keyName } from './key-name.ts';

export interface MenuItem {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly run: () => void;
  readonly checked?: boolean;
  /** Shown at its right; pressed inside the menu it chooses the item. */
  readonly keys?: string;
  /** A line above it. */
  readonly apart?: boolean;
}

export interface MenuProps {
  /** The accessible name of the menu, and what its button's begins with: "Assignee: anna". */
  readonly label: string;
  readonly button: ComponentChildren;
  /** What stands in the button says by itself what it is for. */
  readonly isNamed?: boolean;
  readonly buttonClass?: string;
  readonly items: readonly MenuItem[];
  readonly align?: 'start' | 'end';
  readonly side?: 'below' | 'above';
  /** Opened from outside as well: by a key. */
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}

/** A button with a menu under it, which holds the focus, closes on esc and gives the focus back. */
export function Menu(props: MenuProps): JSX.Element {
  const { label, button, buttonClass = 'btn', items, align = 'start', side = 'below' } = props;
  const { isNamed = false } = props;
  const [isOpenInside, setOpenInside] = useState(false);
  const isOpen = props.open ?? isOpenInside;
  const root = useRef<HTMLSpanElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const setOpen = (open: boolean): void => {
    setOpenInside(open);
    props.onOpenChange?.(open);
  };
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  useCloseOutside({ root, isOpen, close: setOpen });
  return (
    <span class="menu-root" ref={root}>
      <button
        ref={opener}
        type="button"
        class={buttonClass}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        {!isNamed && <span class="sr">{label}: </span>}
        {button}
      </button>
      {isOpen && <MenuList {...{ label, items, close, place: `${align} ${side}` }} />}
    </span>
  );
}

interface MenuListProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly close: () => void;
  readonly place: string;
}

function MenuList({ label, items, close, place }: MenuListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  // before the next key can come: it is meant for the menu
  useLayoutEffect(() => {
    const buttons = entriesOf(list.current);
    (buttons.find((one) => one.getAttribute('aria-checked') === 'true') ?? buttons[0])?.focus();
  }, []);
  const choose = (item: MenuItem): void => {
    close();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const name = keyName(event);
    if (name === null) return;
    const chosen = items.find((item) => item.keys === name);
    if (name === 'esc' || name === 'Tab' || name === 'shift+Tab') close();
    else if (chosen !== undefined) choose(chosen);
    else if (!moveFocus(list.current, name)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={list} class={`menu ${place}`} role="menu" aria-label={label} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          class={item.apart === true ? 'apart' : undefined}
          role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
          aria-checked={item.checked}
          tabIndex={-1}
          onClick={() => {
            choose(item);
          }}
        >
          <span>{item.label}</span>
          {item.keys !== undefined && <kbd aria-hidden="true">{item.keys}</kbd>}
        </button>
      ))}
    </div>
  );
}

function entriesOf(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
}

/** Moves by arrow, first, last, or to the next entry that begins with a letter; tells whether the key was one of these. */
function moveFocus(list: HTMLElement | null, name: string): boolean {
  const entries = entriesOf(list);
  const at = entries.findIndex((entry) => entry === document.activeElement);
  if (name === 'down' || name === 'up') {
    const step = name === 'down' ? 1 : -1;
    entries[(at + step + entries.length) % entries.length]?.focus();
  } else if (name === 'Home') entries[0]?.focus();
  else if (name === 'End') entries.at(-1)?.focus();
  else if (name.length === 1) {
    const letter = name.toLowerCase();
    const order = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
    order.find((entry) => entry.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  } else return false;
  return true;
}

function useCloseOutside(deps: {
  root: { readonly current: HTMLElement | null };
  isOpen: boolean;
  close: (open: false) => void;
}): void {
  const { root, isOpen } = deps;
  const close = useRef(deps.close);
  close.current = deps.close;
  useEffect(() => {
    if (!isOpen) return undefined;
    const look = (event: PointerEvent): void => {
      const { target } = event;
      if (target instanceof Node && root.current?.contains(target) === true) return;
      close.current(false);
    };
    document.addEventListener('pointerdown', look);
    return () => {
      document.removeEventListener('pointerdown', look);
    };
  }, [isOpen, root]);
}
