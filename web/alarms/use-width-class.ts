import { signal } from '@preact/signals';

/** From 1440, from 1280, from 1180, from 861 px, and below (UI.md §13). */
export type WidthClass = 'home' | 'laptop' | 'small' | 'tablet' | 'phone';

const BOUNDS = [
  { name: 'home', query: '(min-width: 1440px)' },
  { name: 'laptop', query: '(min-width: 1280px)' },
  { name: 'small', query: '(min-width: 1181px)' },
  { name: 'tablet', query: '(min-width: 861px)' },
] as const;

const current = signal<WidthClass>('home');
let isFollowed = false;

/** How wide the page is; follows resizing. */
export function useWidthClass(): WidthClass {
  follow();
  return current.value;
}

function follow(): void {
  if (isFollowed) return;
  isFollowed = true;
  const lists = BOUNDS.map(({ name, query }) => ({ name, list: matchMedia(query) }));
  const look = (): void => {
    current.value = lists.find(({ list }) => list.matches)?.name ?? 'phone';
  };
  for (const { list } of lists) list.addEventListener('change', look);
  look();
}
