// The page: what is good or bad at a glance, and the parts below it.
import {h, byId, say, list, number, times, whole, percent, time, age, mood, missing} from './format.js';
import {kept} from './kept.js';
import {ask, Live, token} from './live.js';
import {Chart, recolour} from './charts.js';
import {Finder} from './finder.js';
import {Shown} from './series.js';
import {Models} from './models.js';
import {LEAST_SCORED, verdict} from './verdict.js';

const RECENT_MS = 600_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/* Colours: as the system, or as chosen. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const themes = ['Auto', 'Light', 'Dark'];
const theme = kept(() => localStorage, 'tplus1.theme');
function paint() {
  const chosen = theme.get() || 'Auto';
  document.documentElement.dataset.theme = chosen === 'Auto' ? (dark.matches ? 'dark' : 'light') : chosen.toLowerCase();
  say(byId('theme'), chosen);
  byId('theme').setAttribute('aria-label', `Colours: ${chosen === 'Auto' ? 'as the system' : chosen.toLowerCase()}`);
  recolour();
}
byId('theme').addEventListener('click', () => {
  theme.set(themes[(themes.indexOf(byId('theme').textContent) + 1) % themes.length]);
  paint();
  shown.series && shown.track(shown.series);
});
dark.addEventListener('change', () => {
  paint();
  shown.series && shown.track(shown.series);
});

/* Token and messages. */
let afterToken = null;
function wantToken(then = null) {
  afterToken = then;
  if (!byId('token-dialog').open) {
    byId('token').value = token.get();
    byId('token-dialog').returnValue = '';
    byId('token-dialog').showModal();
  }
}
byId('token-button').addEventListener('click', () => wantToken());
byId('token-cancel').addEventListener('click', () => byId('token-dialog').close());
byId('token-dialog').addEventListener('close', () => {
  if (byId('token-dialog').returnValue === 'ok') {
    const typed = byId('token').value.trim();
    if (/[^\x21-\x7e]/.test(typed)) { // No header can hold it, and no token has it.
      toast('That is no token: it has visible ASCII characters alone, and no spaces.');
      wantToken(afterToken);
      return;
    }
    token.set(typed);
    live.start();
    finder.load(false);
    if (token.get() && afterToken) {
      afterToken();
    }
  }
  byId('token').value = '';
});
let toastTimer;
function toast(text) {
  byId('toast').hidden = false; // First: what is hidden nobody reads out.
  byId('toast').textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId('toast').hidden = true; }, 6000);
}

let newestOverview = null;

/* The last hour. */
const points = new Map();
let fields = [];
const hour = {
  error: new Chart(byId('hour-error'), [{label: 'error', colour: '--accent'}],
    {sync: 'hour', mark: 1, range: (plot, least, most) => [0, Math.max(1.2, (most ?? 1) * 1.1)], label: data => `Error relative to persistence, newest ${number(data[1].at(-1), 2)}`}),
  coverage: new Chart(byId('hour-coverage'), [{label: 'covered', colour: '--accent'}],
    {sync: 'hour', range: () => [0, 1], format: value => percent(value), label: data => `Part inside the interval, newest ${percent(data[1].at(-1) ?? NaN)}`}),
  rate: new Chart(byId('hour-rate'), [{label: 'forecasts', colour: '--accent'}],
    {sync: 'hour', range: (plot, least, most) => [0, (most || 1) * 1.15], label: data => `Forecasts a second, newest ${number(data[1].at(-1))}`}),
  time: new Chart(byId('hour-time'), [{label: 'median', colour: '--accent'}, {label: '99th', colour: '--forecast', width: 1.5}],
    {sync: 'hour', range: (plot, least, most) => [0, (most || 1) * 1.15], label: data => `Milliseconds per forecast, newest median ${number(data[1].at(-1))}, 99th percentile ${number(data[2].at(-1))}`}),
};

function history(json) {
  fields = json.fields;
  // What is told again of fewer instances, as while one does not answer or since one has left, would take its part away.
  const made = fields.indexOf('forecasts');
  json.points.filter(point => !(points.get(point[0])?.[made] > point[made])).forEach(point => points.set(point[0], point));
  // The event's, not all points': where the server's clock was set back, those behind it are of the future.
  const newest = Math.max(...json.points.map(point => point[0]));
  for (const at of points.keys()) {
    if (json.points.length && (at > newest || at < newest - HOUR_MS)) {
      points.delete(at);
    }
  }
  const rows = [...points.values()].sort((a, b) => a[0] - b[0]);
  if (!rows.length) {
    return;
  }
  const at = name => fields.indexOf(name);
  const moments = rows.map(row => row[0] / 1000);
  const column = name => rows.map(row => row[at(name)]);
  // A minute at a time: single points are noise.
  const minute = (over, under) => rows.map((row, i) => {
    let a = 0;
    let b = 0;
    for (let j = i; j >= 0 && rows[j][0] > row[0] - MINUTE_MS; j--) {
      a += rows[j][at(over)];
      b += rows[j][at(under)];
    }
    return b > 0 ? a / b : null;
  });
  hour.error.show([moments, minute('error', 'persistence').map(ratio => ratio === null ? null : Math.sqrt(ratio))]);
  hour.coverage.show([moments, minute('covered', 'intervals')]);
  hour.rate.show([moments, column('forecasts').map(count => count / json.stepMs * 1000)]);
  hour.time.show([moments, column('timeMedianMs'), column('timeP99Ms')]);
  recent(rows, at, json);
  if (newestOverview) {
    tell(newestOverview);
  }
}

/**
 * For how long there was no forecast, if that is odd: twice the longest pause that is usual, at least
 * a minute; an hour where too few came to tell. 0 if it is not.
 */
function quietMs(rows, last, {stepMs, usualPause}) {
  const quiet = rows.at(-1)[0] - (last ?? rows[0][0] - stepMs);
  return quiet >= (usualPause === undefined ? HOUR_MS : Math.max(MINUTE_MS, 2 * usualPause)) ? quiet : 0;
}

let quality = {ratio: NaN, scored: 0, persistence: NaN, quietMs: 0, never: true, madeMs: -Infinity};
function recent(rows, at, json) {
  const {stepMs, longestTimeMs} = json;
  // Who made the newest of them may not say so, as an older build, or be gone.
  const madeMs = Math.max(json.lastForecast ?? -Infinity, ...rows.filter(row => row[at('forecasts')] > 0).map(row => row[0]));
  const never = madeMs === -Infinity;
  const newest = rows[rows.length - 1];
  let since = rows.filter(row => row[0] > newest[0] - RECENT_MS);
  const sum = name => since.reduce((all, row) => all + row[at(name)], 0);
  if (sum('scored') < LEAST_SCORED) {
    since = rows; // A slow stream: the hour.
  }
  quality = {ratio: Math.sqrt(sum('error') / sum('persistence')), scored: sum('scored'), persistence: sum('persistence'), quietMs: quietMs(rows, never ? null : madeMs, json), never, madeMs};
  tile('error', times(quality.ratio), quality.scored ? `${whole(quality.scored)} scored in ${age(since.length * stepMs)}` : 'nothing scored yet', mood(quality.ratio));
  const coverage = sum('covered') / sum('intervals');
  tile('coverage', percent(coverage), sum('intervals') ? 'of actuals' : 'no intervals in these forecasts', '');
  const last = rows.slice(-3);
  const rate = last.reduce((all, row) => all + row[at('forecasts')], 0) / last.length / stepMs * 1000;
  tile('rate', number(rate), 'over 15 s', '');
  timeTile(newest[at('timeMedianMs')], newest[at('timeP99Ms')], longestTimeMs);
}

/** From the longest time on, nobody knows how long it was. */
function timeTile(median, p99, longest) {
  byId('tile-time').replaceChildren(median >= longest ? '≥ ' : '', number(median, 2), ' ', h('small', null, 'ms'));
  say(byId('tile-time-more'), p99 === null ? '' : p99 >= longest ? `1 % above ${number(longest, 2)} ms` : `99 % below ${number(p99, 2)} ms`);
}

function tile(id, value, more, tone) {
  say(byId(`tile-${id}`), value);
  byId(`tile-${id}`).className = `figure ${tone}`;
  say(byId(`tile-${id}-more`), more);
}

/* What is now. */
const LONGEST_MODELS_MS = 10_000;
let models = null;
let modelsAsked = 0;
let modelsShown = 0;
async function refreshModels() {
  const asked = ++modelsAsked;
  try {
    const told = await ask('api/models?scope=local', {signal: AbortSignal.timeout(LONGEST_MODELS_MS)});
    if (asked > modelsShown) { // Else one that was asked for later has come before.
      modelsShown = asked;
      models = told;
      say(byId('model-name'), models.name);
    }
  } catch {
    // The next second asks again.
  }
}

/** When vectors last came that were too few of their series for a forecast. */
const short = {of: '', count: 0, grewMs: -Infinity};
function countShort(json) {
  const count = json.events.INSUFFICIENT_HISTORY;
  // Of other instances it is another sum.
  const of = JSON.stringify([json.silent, json.instances.map(one => one.address)]);
  if (of === short.of && count > short.count) {
    short.grewMs = json.now;
  }
  Object.assign(short, {of, count});
}

function overview(json) {
  countShort(json);
  newestOverview = json;
  tell(json);
  list(byId('instances'), [
    ...json.instances.map(one => [
      one.ready ? one.reasons.length ? 'warn' : 'good' : 'bad',
      `${one.address} ${[one.ready ? 'ready' : 'not ready', ...one.reasons.length ? [one.reasons.join('; ')] : []].join(': ')}`]),
    ...missing(json.silent).map(one => [one.refuses ? 'warn' : 'bad', one.text]),
  ], ([tone, text]) => h('li', {class: `pill wraps ${tone}`}, text));
  tile('lag', whole(json.lag), `${whole(json.series)} series`, '');
  const dead = Object.entries(json.deadLetters).sort((a, b) => b[1].count - a[1].count);
  const count = dead.reduce((all, [, one]) => all + one.count, 0);
  tile('dead', whole(count), count ? `most: ${dead[0][0].toLowerCase().replaceAll('_', ' ')}` : 'since the start', count ? 'warn' : '');
  byId('dead-none').hidden = count > 0;
  byId('dead-table').hidden = count === 0;
  list(byId('dead-table').querySelector('tbody'), dead, ([reason, one]) => h('tr', {'data-reason': reason},
    h('td', null, reason), h('td', {class: 'num'}, whole(one.count)),
    h('td', null, h('div', null, one.detail ?? ''), h('div', {class: 'muted'}, one.origin ?? ''))));
  const statuses = Object.entries(json.forecasts).filter(([, n]) => n > 0);
  list(byId('statuses'), statuses.length ? statuses : [['no forecast yet', null]], ([status, n]) =>
    h('li', {class: `pill ${status === 'OK' ? 'good' : status === 'MODEL_FAILED' ? 'bad' : ''}`}, n === null ? status : `${status} ${whole(n)}`));
  panel.champion(json, models);
}

function tell(json) {
  const {tone, text, why} = verdict(json, quality, short);
  judge(tone, text, why);
}

function judge(tone, text, why) {
  byId('verdict').dataset.mood = tone;
  say(byId('verdict-text'), text);
  say(byId('verdict-why'), why);
  const title = {good: '✓', warn: '!', bad: '✕', wait: '…'}[tone];
  document.title = `${title} ${text} · tplus1`;
}

/* The connection. A short break tells nothing of the forecasts; in a long one nobody knows how they are. */
const LONGEST_BREAK_MS = 3000;
let broken = null;
let unheard = false;
function mended() {
  clearTimeout(broken);
  broken = null;
  unheard = false;
}

function unconnected() {
  if (live.refusal) {
    judge('wait', 'This page is not served', `${live.refusal}. The figures below may be of before.`);
    return;
  }
  const since = live.heardMs;
  judge('bad', since === null ? 'No connection' : `No connection since ${time(since)}`, since === null ? '' : 'The figures below are of then.');
}

function connection(state) {
  byId('live').dataset.state = state;
  say(byId('live-text'), state === 'on' ? 'Live' : state === 'token' ? 'Wants a token' : 'Reconnecting…');
  byId('metrics').hidden = state === 'token' || Boolean(token.get());
  if (state === 'off') {
    if (unheard) {
      unconnected();
    }
    broken ??= setTimeout(() => {
      unheard = true;
      unconnected();
    }, LONGEST_BREAK_MS);
  }
  if (state === 'token') {
    mended();
    judge('wait', 'This wants a token', 'It is the value of the setting http.token.');
    wantToken();
  }
}

/* Wiring. */
const shown = new Shown();
const panel = new Models(wantToken, toast);
const finder = new Finder((key, byPerson, goesOn = false) => {
  shown.follow(key, byPerson, goesOn);
  goesOn || live.start(key);
});
let lastModels = 0;
const live = new Live((name, json) => {
  switch (name) {
    case 'overview':
      if (Math.abs(Date.now() - lastModels) > 5000) { // The clock may be set back.
        lastModels = Date.now();
        refreshModels();
      }
      mended();
      overview(json);
      if (finder.chosen === null) {
        finder.refresh();
      }
      break;
    case 'history': history(json); break;
    case 'events': panel.events(json.events); lastModels = 0; break;
    case 'series': shown.show(json) && finder.back(); break;
    case 'gone': shown.lost(json.error); finder.lost(); break;
    case 'refused': shown.refused(json.error); break;
    default: break;
  }
}, connection);

paint();
await refreshModels();
live.start();
finder.load(false);
