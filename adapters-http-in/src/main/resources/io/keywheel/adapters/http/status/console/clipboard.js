// Copies text, and confirms it.
import { announce, say } from './dom.js';

const SAID_FOR = 2000;

/** Returns whether the text was copied: browsers permit it only on HTTPS and on the gateway's own machine. */
export async function copy(text, button) {
  const offer = (button.dataset.offer ??= button.textContent);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  say(button, 'Copied');
  announce('Copied');
  setTimeout(() => say(button, offer), SAID_FOR);
  return true;
}
