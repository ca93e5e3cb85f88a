// Copies text, and says so.
import { announce, say } from './dom.js';

const SAID_FOR = 2000;

/** Whether it could be copied: a browser permits it on HTTPS and on the gateway's own machine only. */
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
