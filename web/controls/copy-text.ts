import { announce } from './announce.ts';

/** Puts `text` on the clipboard and says so; where the browser does not allow it (plain HTTP from elsewhere), says that. */
export function copyText(text: string): void {
  void write(text).then((isCopied) => {
    announce(isCopied ? `Copied ${text}` : 'This browser does not let the page copy');
  });
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
