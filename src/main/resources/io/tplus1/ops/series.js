// The series that is shown.
import {h, byId, say, list, keyed, inOrder, number, clock, percent, time, times, isDate, visible} from './format.js';
import {Chart} from './charts.js';
import {coordinates, drawTrack, isOnEarth, onEarth} from './track.js';

/** The series at the right: a chart of each target, a track where there are coordinates. */
export class Shown {
  constructor() {
    this.key = null;
    this.series = null;
    this.shape = '';
    this.charts = [];
    byId('shown-table').addEventListener('toggle', () => this.series && this.table(this.series));
    new ResizeObserver(() => this.series && this.track(this.series)).observe(byId('track'));
  }

  /** An instance that knows no others may be one of many, of which another has it. */
  lost(sentence = '') {
    this.leave();
    const dropped = 'Fell silent for longer than window.retention, and was dropped.';
    say(byId('shown-note'), sentence.includes('http.advertised') ? `${dropped} Or it is elsewhere: ${sentence}.` : dropped);
  }

  refused(sentence) {
    this.leave();
    say(byId('shown-note'), sentence);
  }

  /**
   * From now on shows another series: to a person who chose it at once, else from when it comes. Where its stream
   * goes on, what was told of it stays: it is not told again.
   */
  follow(key, byPerson, goesOn) {
    this.key = key;
    if (this.series ? byPerson && this.series.key !== key : !goesOn) {
      this.clear();
    }
  }

  /** What stood until now is not what is spoken of. */
  leave() {
    if (this.series && this.series.key !== this.key) {
      this.clear();
    }
  }

  /** Makes room for the series that is still to come. */
  clear() {
    say(byId('shown-heading'), visible(this.key));
    say(byId('shown-note'), 'Loading…');
    this.series = null;
    this.shape = '';
    this.build({targets: [], categories: []});
    byId('track').hidden = true;
    this.table({targets: [], scores: []});
  }

  /** Shows what is told of a series; false if it is another one. */
  show(told) {
    if (told.key !== this.key) {
      return false;
    }
    const series = {...told, vectors: came(told)};
    this.series = series;
    say(byId('shown-heading'), visible(series.key));
    const forecast = newest(series);
    const relative = series.relative ?? NaN;
    const tooFar = [...series.vectors.map(row => row[0]), ...series.scores.map(score => score.time)].find(ms => !isDate(ms));
    say(byId('shown-note'), [
      `last vector ${time(series.lastTime)}`,
      forecast ? `forecast ${forecast.status} by ${forecast.model.slice(0, 12)}`
        : series.forecast ? `no forecast since that of ${time(series.forecast.madeAt)}` : 'no forecast yet',
      Number.isFinite(relative) ? `error of t+1 ${times(relative)} persistence` : null,
      tooFar === undefined ? null : `not drawn: times such as ${tooFar}, too large for a browser; are they milliseconds?`,
    ].filter(Boolean).join(' · '));
    const shape = series.targets.join('\u0000') + series.categories.join('\u0000');
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(series);
    }
    series.targets.forEach((name, target) => this.target(series, name, target));
    this.track(series);
    this.table(series);
    return true;
  }

  build(series) {
    this.charts.forEach(chart => chart.chart?.remove());
    const place = byId('charts');
    place.replaceChildren();
    this.charts = series.targets.map(name => {
      const value = h('b');
      const body = h('div', series.categories.includes(name)
        ? {class: 'words', tabindex: '0', role: 'region', 'aria-label': `${name}: words and their probabilities`}
        : {class: 'chart'});
      place.append(h('figure', null, h('figcaption', {class: series.categories.includes(name) ? 'of-words' : null}, h('span', null, name), value), body));
      const one = {value, body, chart: null, said: ''};
      one.chart = series.categories.includes(name) ? null : new Chart(body, [
        {label: 'actual', colour: '--accent', width: 2},
        {label: 'forecast', colour: '--forecast', dash: [3, 4], width: 2},
        {label: 'to come', colour: '--forecast', points: 8},
        {label: 'low', colour: '--forecast', invisible: true, width: 0},
        {label: 'high', colour: '--forecast', invisible: true, width: 0},
      ], {
        sync: 'series', bands: [[5, 4]],
        label: data => `${name}: ${data[0].length} times, ${one.said}`,
      });
      return one;
    });
  }

  target(series, name, target) {
    const {value, body, chart} = this.charts[target];
    const column = series.features.indexOf(name) + 1;
    const forecast = newest(series);
    const next = forecast?.horizons[0];
    const now = last(series.vectors.map(row => row[column]));
    if (chart === null) {
      const scored = series.scores.filter(score => score.actual[target] !== null);
      const said = new Map(scored.map(score => [score.time, score.forecast[target]]));
      const shown = series.vectors.filter(row => row[column] !== null).slice(-24);
      const written = clock(shown.map(row => row[0]));
      keyed(body, shown, row => row[0], () => h('span'), (pill, row) => {
        const guess = said.get(row[0]);
        const word = String(row[column]);
        const [mood, texts] = guess === undefined ? ['', [word]]
          : guess === word ? ['good', ['✓ ', word]] : ['bad', [guess, ' → ', word]];
        pill.className = `pill wraps ${mood}`;
        pill.title = mood === 'good' ? `${written(row[0])}, as forecast` : written(row[0]);
        inOrder(pill, texts);
      });
      const likely = next?.probabilities?.[target] ?? NaN;
      const word = next?.values[target] ?? null;
      inOrder(value, word === null ? [] : ['next: ', word, ...Number.isFinite(likely) ? [` (${percent(likely)})`] : []]);
      return;
    }
    const expected = next ? number(next.values[target]) : null;
    say(value, expected === null ? number(now) : `${number(now)} → ${expected}`);
    this.charts[target].said = `newest actual ${number(now)}, next forecast ${expected ?? '–'}`;
    const rows = new Map();
    const at = ms => rows.get(ms) ?? rows.set(ms, [null, null, null, null, null]).get(ms);
    series.vectors.forEach(row => { at(row[0])[0] = row[column]; });
    series.scores.forEach(score => {
      const row = at(score.time);
      row[0] ??= score.actual[target];
      row[1] = score.forecast[target];
      if (score.interval?.[target]) {
        [row[3], row[4]] = score.interval[target];
      }
    });
    if (forecast) {
      forecast.horizons.forEach(horizon => {
        if (horizon.targetTime > series.lastTime) {
          const row = at(horizon.targetTime);
          row[1] = row[2] = horizon.values[target];
          if (horizon.interval?.[target]) {
            [row[3], row[4]] = horizon.interval[target];
          }
        }
      });
    }
    const moments = [...rows.keys()].filter(isDate).sort((a, b) => a - b);
    chart.show([moments.map(ms => ms / 1000), ...[0, 1, 2, 3, 4].map(i => moments.map(ms => rows.get(ms)[i]))]);
  }

  track(series) {
    const among = coordinates(series.features);
    const targets = coordinates(series.targets);
    const path = among && targets ? series.vectors.map(row => [row[among.long + 1], row[among.lat + 1]]).filter(isWhole) : [];
    byId('track').hidden = !path.length;
    if (!path.length) {
      return;
    }
    const far = path.find(point => !isOnEarth(point));
    const canvas = byId('track-canvas');
    canvas.hidden = far !== undefined;
    byId('track-note').hidden = !canvas.hidden;
    if (canvas.hidden) {
      say(byId('track-note'), `No map: latitudes go to ±90 and longitudes to ±360, and there is latitude ${number(far[1])}, longitude ${number(far[0])}.`);
      return;
    }
    const place = values => [values[targets.long], values[targets.lat]];
    const horizons = (newest(series)?.horizons ?? []).filter(one => isOnEarth(place(one.values)));
    const ahead = horizons.map(one => place(one.values));
    const boxes = horizons.map(one => place(one.interval ?? [])).filter(isWhole)
      .map(([long, lat]) => onEarth([long[0], lat[0], long[1], lat[1]]));
    const since = series.vectors[0]?.[0] ?? 0;
    const said = series.scores.filter(score => score.time > since).map(score => place(score.forecast)).filter(isOnEarth);
    drawTrack(canvas, path, said, ahead, boxes);
    const here = last(path);
    canvas.setAttribute('aria-label', `Track of ${visible(series.key)}: ${path.length} positions, now at latitude ${number(here?.[1])}, longitude ${number(here?.[0])}`
      + (ahead.length ? `, expected next at ${number(ahead[0][1])}, ${number(ahead[0][0])}` : ''));
  }

  table(series) {
    const details = byId('shown-table');
    if (!details.open && series.targets.length) {
      return;
    }
    list(details.querySelector('thead'), [series.targets], targets => h('tr', null, h('th', {scope: 'col'}, 'Time'), ...targets.flatMap(name => [
      h('th', {scope: 'col', class: 'num'}, `${name}, forecast`), h('th', {scope: 'col', class: 'num'}, 'actual')])));
    const cells = (said, was) => series.targets.flatMap((name, i) => [said?.[i], was?.[i]])
      .map(value => typeof value === 'number' ? number(value, 5) : value ?? '');
    const horizons = newest(series)?.horizons ?? [];
    const written = clock([...series.scores.map(score => score.time), ...horizons.map(one => one.targetTime).filter(Boolean)]);
    const rows = [
      ...series.scores.map(score => ({at: score.time, texts: [written(score.time), ...cells(score.forecast, score.actual)]})),
      ...horizons.map((one, i) => ({
        at: one.targetTime ?? `t+${i + 1}`,
        texts: [one.targetTime ? written(one.targetTime) : `t+${i + 1}`, ...cells(one.values, null)],
      })),
    ].reverse();
    keyed(details.querySelector('tbody'), rows, row => row.at, () => h('tr'), (element, {texts}) => {
      if (element.cells.length !== texts.length) {
        element.replaceChildren(...texts.map((text, i) => h('td', {class: i ? 'num' : null})));
      }
      texts.forEach((text, i) => say(element.cells[i], text));
    });
  }
}

/** The forecast of what follows the newest vector; undefined where none was made of that, as while a window begins anew. */
const newest = series => series.forecast?.madeAt >= series.lastTime ? series.forecast : undefined;

/** The vectors, of targets what came: where one of them was made up, scores know which came all the same. */
function came(series) {
  const filled = new Set(series.filled?.targets);
  const actuals = new Map(series.scores.map(score => [score.time, score.actual]));
  const target = ['', ...series.features].map(name => series.targets.indexOf(name));
  return series.vectors.map(row => !filled.has(row[0]) ? row
    : row.map((value, i) => i === 0 || target[i] < 0 ? value : actuals.get(row[0])?.[target[i]] ?? null));
}

/** Whether nothing of a point is unknown. */
const isWhole = point => point.every(value => value !== null && value !== undefined);

const last = list => list.findLast(value => value !== null && value !== undefined);

