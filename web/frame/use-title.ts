import { useLayoutEffect } from 'preact/hooks';

/** Names the document while the component is shown: `27 open · Alarms`. */
export function useTitle(title: string): void {
  useLayoutEffect(() => {
    document.title = title;
  }, [title]);
}
