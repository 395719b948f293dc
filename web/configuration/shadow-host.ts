import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

/**
 * An element whose shadow root an editor is built into: the content-security policy lets it bring its styles there. Keys
 * pressed inside stay inside, the page's own would take letters for commands.
 */
export function useShadowRoot(
  build: (root: ShadowRoot) => () => void,
): RefObject<HTMLDivElement | null> {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = host;
    if (current === null) return undefined;
    const root = current.shadowRoot ?? current.attachShadow({ mode: 'open' });
    const keep = (event: KeyboardEvent): void => {
      event.stopPropagation();
    };
    current.addEventListener('keydown', keep);
    const end = build(root);
    return () => {
      current.removeEventListener('keydown', keep);
      end();
    };
    // Built once: who wants another one gives the element another key.
  }, []);
  return host;
}
