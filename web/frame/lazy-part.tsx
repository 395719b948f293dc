import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api/api-error.ts';
import { ErrorState, LoadingRows } from '../controls/page-state.tsx';

type Loaded<Props> = { readonly component: ComponentType<Props> } | 'failed' | null;

/** A component that is fetched when it is first shown; when that fails, a new engine may serve other files: load anew. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element {
  let known: Loaded<Props> = null;
  return function LazyPart(props: Props): JSX.Element {
    const [loaded, setLoaded] = useState<Loaded<Props>>(known);
    useEffect(() => {
      if (known !== null && known !== 'failed') return;
      load().then(
        (component) => {
          known = { component };
          setLoaded(known);
        },
        () => {
          setLoaded('failed');
        },
      );
    }, []);
    if (loaded === null) return <LoadingRows columns={5} />;
    if (loaded === 'failed') {
      const error = new ApiError(0, {});
      return <ErrorState error={error} retry={reloadPage} />;
    }
    const Component = loaded.component;
    return <Component {...props} />;
  };
}

function reloadPage(): void {
  location.reload();
}
