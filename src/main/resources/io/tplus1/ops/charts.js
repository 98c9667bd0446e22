// Charts by uPlot, in the page's own colours, as wide as their place.

import {ticks} from './format.js';

/** Each by its place. */
const charts = new Map();

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const watcher = new ResizeObserver(entries => {
  for (const entry of entries) {
    const chart = charts.get(entry.target);
    if (chart?.plot && entry.contentRect.width > 0) {
      chart.plot.setSize({width: entry.contentRect.width, height: entry.contentRect.height});
    }
  }
});

/** Those far out of view wait until they come near it: of hundreds of targets, all would take half of each second. */
const viewer = new IntersectionObserver(entries => {
  for (const entry of entries) {
    const chart = charts.get(entry.target);
    if (chart) {
      chart.near = entry.isIntersecting;
      chart.draw();
    }
  }
}, {rootMargin: '3000px 0px'});

/** Draws all charts anew, as after a change of colours. */
export function recolour() {
  for (const chart of charts.values()) {
    chart.plot?.destroy();
    chart.plot = null;
    chart.draw();
  }
}

/** One chart: lines with a colour's name, perhaps dashed or points alone, and bands between them. */
export class Chart {
  /**
   * @param place the element, empty
   * @param lines [{label, colour, dash, points, width}]
   * @param options {bands: [[upper, lower]], range, sync, label(data) for screen readers, format}
   */
  constructor(place, lines, options = {}) {
    this.place = place;
    this.lines = lines;
    this.options = options;
    this.data = [[], ...lines.map(() => [])];
    this.plot = null;
    this.near = false;
    place.setAttribute('role', 'img');
    charts.set(place, this);
    watcher.observe(place);
    viewer.observe(place);
  }

  show(data) {
    this.data = data;
    if (this.options.label) {
      this.place.setAttribute('aria-label', this.options.label(data));
    }
    this.draw();
  }

  remove() {
    watcher.unobserve(this.place);
    viewer.unobserve(this.place);
    charts.delete(this.place);
    this.plot?.destroy();
  }

  draw() {
    if (!this.near) {
      return;
    }
    if (this.plot) {
      this.plot.setData(this.data);
      return;
    }
    const width = this.place.clientWidth;
    if (!width || !this.data[0].length) {
      return;
    }
    const axis = {stroke: colour('--muted'), grid: {stroke: colour('--grid'), width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
    const format = this.options.format;
    this.plot = new uPlot({
      width,
      height: this.place.clientHeight,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1e3), 'Etc/UTC'),
      padding: [8, 28, 0, 0],
      legend: {show: false},
      cursor: {points: {size: 6}, drag: {x: false, y: false}, sync: this.options.sync ? {key: this.options.sync} : undefined},
      scales: {y: {range: this.options.range ?? spread}},
      axes: [
        {...axis, size: 26, space: (plot, side, least, most) => most - least < 5 ? 80 : 64, values: times},
        {...axis, size: widest, space: 28, values: format ? (plot, values) => values.map(format) : (plot, values) => ticks(values)},
      ],
      series: [{}, ...this.lines.map(line => ({
        label: line.label,
        stroke: line.invisible ? 'transparent' : colour(line.colour),
        width: line.points ? 0 : line.width ?? 2,
        dash: line.dash,
        spanGaps: !line.points,
        paths: line.points ? () => null : undefined,
        points: {show: Boolean(line.points), size: line.points ?? 0, width: 2, fill: colour('--card'), stroke: colour(line.colour)},
      }))],
      bands: (this.options.bands ?? []).map(series => ({series, fill: colour('--band')})),
      hooks: this.options.mark === undefined ? {} : {drawAxes: [plot => mark(plot, this.options.mark)]},
    }, this.data, this.place);
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Times on one line, as precise as they differ. */
function times(plot, ticks) {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 0;
  return ticks.map(seconds => {
    const date = new Date(seconds * 1e3);
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
    if (step >= 2_000_000) {
      return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    }
    if (step >= 86_400 || step >= 3600 && date.getUTCHours() === 0) {
      return day;
    }
    return date.toISOString().split('T')[1].slice(0, step < 1 ? 12 : step < 60 ? 8 : 5);
  });
}

/** Room for the longest label; the same for all that are short, so that charts stand in line. */
function widest(plot, labels, axis) {
  plot.ctx.font = plot.axes[axis].font[0];
  const longest = Math.max(0, ...(labels ?? []).map(label => plot.ctx.measureText(label).width));
  return Math.max(48, Math.ceil(longest / devicePixelRatio) + plot.axes[axis].gap + 4);
}

/** Room above and below, also where all values are the same. */
function spread(plot, least, most) {
  if (least === null || most === null) {
    return [0, 1];
  }
  const room = most > least ? (most - least) * 0.12 : Math.abs(most) * 0.1 || 1;
  return [least - room, most + room];
}

/** A line across at a value that means something. */
function mark(plot, value) {
  const y = plot.valToPos(value, 'y', true);
  if (y < plot.bbox.top || y > plot.bbox.top + plot.bbox.height) {
    return;
  }
  const context = plot.ctx;
  context.save();
  context.strokeStyle = colour('--muted');
  context.setLineDash([5, 5]);
  context.beginPath();
  context.moveTo(plot.bbox.left, y);
  context.lineTo(plot.bbox.left + plot.bbox.width, y);
  context.stroke();
  context.restore();
}
