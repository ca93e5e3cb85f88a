// The gateway's clock, by which cooldowns end. The clock of this machine may differ.

let ahead = 0;

/** Sets the gateway's time, which has just been received. */
export function set(at) {
  ahead = Date.parse(at) - Date.now();
}

export function now() {
  return Date.now() + ahead;
}

/** The time left until a moment, an ISO text or milliseconds, as `0:27` or `1:02:03`; at least `0:00`. */
export function left(until) {
  const seconds = Math.max(0, Math.ceil(((typeof until === 'number' ? until : Date.parse(until)) - now()) / 1000));
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours > 0 ? `${hours}:${two(minutes)}` : minutes) + ':' + two(seconds % 60);
}

/** The remaining fraction of a period, from 1 to 0. */
export function partLeft(since, until) {
  const whole = Date.parse(until) - Date.parse(since);
  return whole > 0 ? Math.min(1, Math.max(0, (Date.parse(until) - now()) / whole)) : 0;
}

/** Runs `work` four times a second, so that countdowns look even. */
export function eachMoment(work) {
  setInterval(work, 250);
}
