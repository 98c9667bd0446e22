// A series with a latitude and a longitude, seen from above.

const LATITUDE = ['lat', 'latitude'];
const LONGITUDE = ['long', 'lon', 'lng', 'longitude'];

/** Indexes of latitude and longitude among names, or null. */
export function coordinates(names) {
  const lower = names.map(name => name.toLowerCase());
  const lat = lower.findIndex(name => LATITUDE.includes(name));
  const long = lower.findIndex(name => LONGITUDE.includes(name));
  return lat < 0 || long < 0 ? null : {lat, long};
}

const MOST_LATITUDE = 90;

/** Twice round: a track may go on beyond the date line. */
const MOST_LONGITUDE = 360;

/** Whether [long, lat] is a place on a map. */
export const isOnEarth = ([long, lat]) =>
  long !== null && lat !== null && Math.abs(long) <= MOST_LONGITUDE && Math.abs(lat) <= MOST_LATITUDE;

/** Of [west, south, east, north] what is on a map. */
export const onEarth = ([west, south, east, north]) => [
  Math.max(west, -MOST_LONGITUDE), Math.max(south, -MOST_LATITUDE), Math.min(east, MOST_LONGITUDE), Math.min(north, MOST_LATITUDE)];

/**
 * Draws a track; of places on earth alone, for its grid ends there.
 *
 * @param path [[long, lat]], what was
 * @param said [[long, lat]], what was forecast of the same times
 * @param ahead [[long, lat]], what is forecast
 * @param boxes [[west, south, east, north]], intervals of the same
 */
export function drawTrack(canvas, path, said, ahead, boxes) {
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(name).trim();
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!width) {
    return;
  }
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  const all = [...path, ...ahead, ...boxes.flatMap(box => [[box[0], box[1]], [box[2], box[3]]])];
  const middle = [0, 1].map(i => (Math.min(...all.map(p => p[i])) + Math.max(...all.map(p => p[i]))) / 2);
  const shrink = Math.max(0.2, Math.cos(middle[1] * Math.PI / 180));
  const span = [0, 1].map(i => Math.max(...all.map(p => p[i])) - Math.min(...all.map(p => p[i])));
  const scale = Math.min(width * 0.8 / Math.max(span[0] * shrink, 1), height * 0.8 / Math.max(span[1], 1));
  const place = ([long, lat]) => [width / 2 + (long - middle[0]) * shrink * scale, height / 2 - (lat - middle[1]) * scale];

  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45];
  const step = steps.find(one => one * scale >= 55) ?? 45;
  context.font = '11px system-ui, sans-serif';
  context.strokeStyle = colour('--grid');
  context.fillStyle = colour('--muted');
  context.lineWidth = 1;
  const west = middle[0] - width / 2 / scale / shrink;
  const south = middle[1] - height / 2 / scale;
  for (let long = Math.ceil(west / step) * step; place([long, 0])[0] < width; long += step) {
    const x = place([long, 0])[0];
    line([[x, 0], [x, height]]);
    context.fillText(degrees(long, 'E', 'W'), x + 4, height - 6);
  }
  for (let lat = Math.ceil(south / step) * step; place([0, lat])[1] > 0; lat += step) {
    const y = place([0, lat])[1];
    line([[0, y], [width, y]]);
    context.fillText(degrees(lat, 'N', 'S'), 5, y - 4);
  }

  context.fillStyle = colour('--band');
  for (const [w, s, e, n] of boxes) {
    const [x, y] = place([w, n]);
    const [right, bottom] = place([e, s]);
    context.beginPath();
    context.ellipse((x + right) / 2, (y + bottom) / 2, Math.max(2, (right - x) / 2), Math.max(2, (bottom - y) / 2), 0, 0, 2 * Math.PI);
    context.fill();
  }
  context.lineJoin = 'round';
  context.lineWidth = 1.5;
  context.strokeStyle = colour('--forecast');
  for (const point of said) {
    const [x, y] = place(point);
    line([[x - 3, y - 3], [x + 3, y + 3]]);
    line([[x - 3, y + 3], [x + 3, y - 3]]);
  }
  context.lineWidth = 2.5;
  context.strokeStyle = colour('--accent');
  line(path.map(place));
  context.fillStyle = colour('--accent');
  path.forEach(point => dot(place(point), 2.5));
  const now = place(path[path.length - 1]);
  dot(now, 5);
  context.strokeStyle = colour('--forecast');
  context.setLineDash([5, 5]);
  line([now, ...ahead.map(place)]);
  context.setLineDash([]);
  for (const point of ahead) {
    context.fillStyle = colour('--card');
    dot(place(point), 4.5);
    context.beginPath();
    context.arc(...place(point), 4.5, 0, 2 * Math.PI);
    context.stroke();
  }

  function line(points) {
    context.beginPath();
    points.forEach(([x, y], i) => i ? context.lineTo(x, y) : context.moveTo(x, y));
    context.stroke();
  }

  function dot([x, y], radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

function degrees(value, positive, negative) {
  const rounded = Math.round(value * 10) / 10;
  return `${Math.abs(rounded)}°${rounded > 0 ? positive : rounded < 0 ? negative : ''}`;
}
