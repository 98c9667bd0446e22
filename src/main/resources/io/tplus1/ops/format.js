// Numbers, times and elements: what every part of the page needs.

/** Makes an element: h('li', {class: 'good'}, 'text', child). */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  for (const child of children) {
    if (child !== undefined && child !== null) {
      element.append(child);
    }
  }
  return element;
}

export const byId = id => document.getElementById(id);

/** Sets a text only if it changed: a screen reader would say it again. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

const made = new WeakMap();

/**
 * Shows a child for each part, made anew only if the part's JSON changed: what a person selects
 * in the others stays selected.
 */
export function list(element, parts, make) {
  parts.forEach((part, i) => {
    const json = JSON.stringify(part);
    const child = element.children[i];
    if (child && made.get(child) === json) {
      return;
    }
    const fresh = make(part);
    made.set(fresh, json);
    if (child) {
      child.replaceWith(fresh);
    } else {
      element.append(fresh);
    }
  });
  while (element.children.length > parts.length) {
    element.lastElementChild.remove();
  }
}

const keys = new WeakMap();

/**
 * Shows a child for each part, which stays the same one as long as there is a part of its key,
 * and is moved only if the others before it changed places.
 *
 * @param make makes the child of a part
 * @param fill sets what a child shows, where that changed
 */
export function keyed(element, parts, key, make, fill) {
  const before = new Map([...element.children].map(child => [keys.get(child), child]));
  const children = parts.map(part => {
    const child = before.get(key(part)) ?? make(part);
    before.delete(key(part)); // A second one of the key gets a child of its own.
    keys.set(child, key(part));
    fill(child, part);
    return child;
  });
  const stay = new Set(children);
  [...element.children].filter(child => !stay.has(child)).forEach(child => child.remove());
  children.forEach((child, i) => {
    if (element.children[i] !== child) {
      element.insertBefore(child, element.children[i] ?? null);
    }
  });
}

/** A number with at least so many digits, of those that it has. */
export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) {
    return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
  }
  const places = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toLocaleString('en', {maximumFractionDigits: places});
}

/** Numbers of an axis, with every digit that they have: no two of them look the same. */
export function ticks(values) {
  const most = Math.max(...values.map(Math.abs));
  const exact = values.map(value => Number(value.toPrecision(12)));
  return exact.map(value => value !== 0 && (most >= 1e9 || most < 1e-3)
    ? value.toExponential().replace('e+', 'e')
    : value.toLocaleString('en', {maximumFractionDigits: 15}));
}

/** An error relative to persistence: × 0.67. */
export const times = relative => Number.isFinite(relative) ? `× ${relative < 10 ? relative.toFixed(2) : number(relative)}` : '–';

export const whole = value => Math.round(value).toLocaleString('en');

export const percent = part =>
  Number.isFinite(part) ? (100 * part).toFixed(Math.abs(part) < 0.1 ? 1 : 0) + ' %' : '–';

/** A Date ends at 8.64e15 ms; before that, there is room for what rounds times up, as an axis does. */
const FURTHEST_MS = 8.6e15;

/** Whether a time can be told as a date, and drawn: uPlot never ends with one that cannot. */
export const isDate = ms => Math.abs(ms) <= FURTHEST_MS;

const two = value => String(value).padStart(2, '0');

/**
 * How to write times that stand beside each other: to the minute, the second or the millisecond, as
 * tells neighbours apart. 2026-01-31 06:00, UTC. What no date tells stays a number.
 */
export function clock(all) {
  const seconds = all.some(ms => ms % 60_000 !== 0);
  const millis = all.some((ms, i) => i > 0 && ms !== all[i - 1] && Math.floor(ms / 1000) === Math.floor(all[i - 1] / 1000));
  return ms => {
    if (!isDate(ms)) {
      return String(ms);
    }
    const date = new Date(ms);
    return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} `
      + `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
      + (seconds ? `:${two(date.getUTCSeconds())}` : '')
      + (millis ? `.${String(date.getUTCMilliseconds()).padStart(3, '0')}` : '');
  };
}

/** One time alone. */
export const time = ms => clock([ms])(ms);

/** 40 s, 12 min, 3 h, 2 d. */
export function age(ms) {
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 90) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min`;
  }
  if (seconds < 172800) {
    return `${Math.round(seconds / 3600)} h`;
  }
  return `${Math.round(seconds / 86400)} d`;
}

/** An error relative to persistence, in words for people: good is below 1. */
export function mood(relative) {
  if (!Number.isFinite(relative)) {
    return '';
  }
  return relative < 0.97 ? 'good' : relative <= 1.05 ? 'warn' : 'bad';
}

const REFUSALS = {401: ': http.token and the release must be the same on every instance', 404: ': something else answers there, such as a proxy', 429: ': it is asked more often than its http.rate allows'};

/** Instances whose part is missing, and what each does: one that refuses is there. */
export const missing = silent => (silent ?? []).map(one => {
  const [, address, status] = /^(.*) \(status (\d+)\)$/.exec(one) ?? [null, one, null];
  // One that is there knows each address; 404 is said by something else.
  const refuses = status !== null && status !== '404' && (status < 500 || status === '503');
  const does = status === null ? 'does not answer'
    : `${refuses ? 'refuses' : 'fails'} with status ${status}${REFUSALS[status] ?? ''}`;
  return {address, does, text: `${address} ${does}`, refuses};
});

/**
 * A key as it is to be seen: to a browser all blanks look the same, those at an end like none, and what joins or turns
 * letters like nothing (as `Shown` has it). Single blanks between words stay.
 */
export const visible = key => key
  .replace(/^ +| +$| {2,}/g, blanks => '␣'.repeat(blanks.length))
  .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]|(?! )\p{Z}/gu, one => `⟨${one.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);

/** Shows texts one after the other, from left to right however each of them is written. */
export const inOrder = (element, texts) => list(element, texts, text => h('bdi', null, text));

/** A hash, whole, of which the beginning is shown; a click selects all of it. */
export const hash = value => h('code', {class: 'hash', title: value}, value);
