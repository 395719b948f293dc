import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.ts';

/** The names of directives by id, as their files write them; one that is not loaded has none. */
export function useDirectiveNames(ids: readonly number[]): ReadonlyMap<number, string> {
  const [names, setNames] = useState<ReadonlyMap<number, string>>(new Map());
  const wanted = ids.filter((id) => id > 0 && !names.has(id)).join(',');
  useEffect(() => {
    if (wanted === '') return undefined;
    const abort = new AbortController();
    const { signal } = abort;
    for (const id of wanted.split(',')) {
      getJson<{ readonly name: string }>(`/directives/${id}`, { signal })
        .catch(() => ({ name: '' }))
        .then(({ name }) => {
          if (!signal.aborted) setNames((before) => new Map(before).set(Number(id), name));
        })
        .catch(() => undefined);
    }
    return () => {
      abort.abort();
    };
  }, [wanted]);
  return names;
}
