import { useEffect } from 'preact/hooks';
import { useAnswer, type LoadedAnswer } from '../api/use-answer.ts';

/** The answer of GET `/api<path>`, asked anew every `ms` while the page is seen. */
export function usePolled<Body>(path: string, ms: number): LoadedAnswer<Body> {
  const answer = useAnswer<Body>(path, { keep: true });
  const { reload } = answer;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, ms);
    return () => {
      clearInterval(timer);
    };
  }, [reload, ms]);
  return answer;
}
