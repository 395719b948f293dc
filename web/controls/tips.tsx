// The tooltip of whatever has data-tip: on hover after a moment, on focus and on a tap at once.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Tip {
  readonly text: string;
  readonly target: Element;
}

const HOVER_MS = 400;
const GAP = 6;

/** Shows tooltips; once for a page. */
export function Tips(): JSX.Element | null {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => listenForTips(setTip), []);
  return tip === null ? null : <TipBox key={tip.text} {...tip} />;
}

function TipBox({ text, target }: Tip): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const at = target.getBoundingClientRect();
    const { width, height } = current.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(at.left, innerWidth - width - GAP));
    const above = at.top - height - GAP;
    current.style.left = `${String(left)}px`;
    current.style.top = `${String(above < GAP ? at.bottom + GAP : above)}px`;
  }, [text, target]);
  return (
    <div ref={box} class="tip" role="tooltip">
      {text}
    </div>
  );
}

function listenForTips(show: (tip: Tip | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => {
    clearTimeout(timer);
    show(null);
  };
  const plan = (event: Event, waitMs: number): void => {
    clearTimeout(timer);
    const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    const text = target?.getAttribute('data-tip');
    if (target === null || !text) {
      show(null);
      return;
    }
    timer = setTimeout(() => {
      if (target.isConnected) show({ text, target });
    }, waitMs);
  };
  const over = (event: Event): void => {
    plan(event, HOVER_MS);
  };
  const atOnce = (event: Event): void => {
    plan(event, 0);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') hide();
  };
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener('pointerover', over, { signal });
  document.addEventListener('focusin', atOnce, { signal });
  document.addEventListener('click', atOnce, { signal });
  document.addEventListener('scroll', hide, { signal, capture: true, passive: true });
  document.addEventListener('keydown', onKey, { signal });
  return () => {
    hide();
    abort.abort();
  };
}
