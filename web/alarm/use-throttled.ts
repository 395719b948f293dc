import { useEffect, useMemo, useRef } from 'preact/hooks';

/** A function that calls `run`, always the newest one, at once and then at most every `ms`; what is asked meanwhile follows. */
export function useThrottled(run: () => void, ms: number): () => void {
  const newest = useRef(run);
  newest.current = run;
  const [call, stop] = useMemo(
    () =>
      createThrottle(() => {
        newest.current();
      }, ms),
    [ms],
  );
  useEffect(() => stop, [stop]);
  return call;
}

function createThrottle(run: () => void, ms: number): [call: () => void, stop: () => void] {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = false;
  const start = (): void => {
    wanted = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (wanted) start();
    }, ms);
    run();
  };
  const call = (): void => {
    wanted = true;
    if (timer === undefined) start();
  };
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
    wanted = false;
  };
  return [call, stop];
}
