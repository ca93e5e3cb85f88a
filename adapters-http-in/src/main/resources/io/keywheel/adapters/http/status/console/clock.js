// The gateway's clock, as far as the page knows it: cooldowns end by that one, whatever this machine's says.

let ahead = 0;

/** It was this late there a moment ago. */
export function set(at) {
  ahead = Date.parse(at) - Date.now();
}

export function now() {
  return Date.now() + ahead;
}

/** What is left until a moment, a text or milliseconds, as `0:27` or `1:02:03`; never less than nothing. */
export function left(until) {
  const seconds = Math.max(0, Math.ceil(((typeof until === 'number' ? until : Date.parse(until)) - now()) / 1000));
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours > 0 ? `${hours}:${two(minutes)}` : minutes) + ':' + two(seconds % 60);
}

/** The part of a time that is still to come, from 1 to 0. */
export function partLeft(since, until) {
  const whole = Date.parse(until) - Date.parse(since);
  return whole > 0 ? Math.min(1, Math.max(0, (Date.parse(until) - now()) / whole)) : 0;
}

/** Four times a second, so that no countdown is seen to stumble. */
export function eachMoment(work) {
  setInterval(work, 250);
}
