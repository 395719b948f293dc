import { effect } from '@preact/signals';
import { createStoredChoice } from '../format/stored-choice.ts';

const theme = createStoredChoice('theme', ['system', 'light', 'dark']);
const system = matchMedia('(prefers-color-scheme: dark)');

/** Follows the choice of this browser; once for a page. */
export function startTheme(): void {
  effect(() => {
    const { value } = theme.value;
    if (value === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = value;
  });
}

/** Changes from light to dark and back; what agrees with the system goes on following it. */
export function switchTheme(): void {
  const { value } = theme.value;
  const isDark = value === 'system' ? system.matches : value === 'dark';
  const wanted = isDark ? 'light' : 'dark';
  theme.choose(system.matches === (wanted === 'dark') ? 'system' : wanted);
}
