// How it goes, at a glance: the worst that is known, in words for people.
import {age, missing, mood, number, percent, time} from './format.js';

/** Scores below which nothing is said about how good forecasts are. */
export const LEAST_SCORED = 20;

/** What is said of forecasts, by the tone of their error beside the last value's. */
const BESIDE_THE_LAST_VALUE = {
  good: ratio => ['Forecasts are good', `${percent(1 - ratio)} below`],
  warn: ratio => ['Forecasts are no better than the last value', `${number(ratio, 2)} times`],
  bad: ratio => ['Forecasts are worse than the last value', `${number(ratio, 2)} times`],
};

/**
 * What is said of all instances: a tone (good, warn, bad, or wait where nobody knows yet), a line
 * and why.
 *
 * quality is of the last minutes: the errors' ratio to persistence's, how many were scored, for how
 * long there was no forecast (quietMs, falsy while they come) and since when. short is of vectors
 * that were too few of their series: how many, and when one came last.
 */
export function verdict(json, quality, short) {
  const absent = missing(json.silent);
  const unready = [
    ...json.instances.filter(one => !one.ready).map(one => one.reasons.join('; ')),
    ...absent.filter(one => !one.refuses).map(one => one.text),
  ];
  if (unready.length) {
    const instances = json.instances.length + absent.length;
    const text = unready.length === instances ? 'Not ready' : `${unready.length} of ${instances} instances are not ready`;
    return {tone: 'bad', text, why: [...new Set(unready)].join('; ')};
  }
  const [tone, text, why] = ofForecasts(json, quality, short);
  // How forecasts are is told all the same, by those that say.
  const refusing = absent.map(one => `Not counting ${one.address}, which ${one.does}.`);
  return {tone, text, why: [why, ...refusing].join(' ')};
}

function ofForecasts(json, quality, short) {
  const champion = json.instances.some(one => one.champion);
  const made = Object.values(json.forecasts).some(n => n > 0); // Without a network among the experts, too.
  if (quality.quietMs) {
    // What a screen reader says again when it changes, so without how long.
    return ['warn', quality.never ? 'No forecasts since the start' : `No forecasts since ${time(quality.madeMs)}`, whyQuiet(json, quality, short)];
  }
  if (!made) {
    return ['wait', 'No forecasts since the start', whyNone(json, short)];
  }
  if (!champion && json.forecasts.NO_MODEL) {
    return ['warn', 'There is no model yet', 'Forecasts say NO_MODEL: they repeat the last value, or are those of the other experts.'];
  }
  if (quality.persistence === 0 && quality.scored >= LEAST_SCORED) {
    return ['wait', 'Nothing changes', 'The last value was right each time, or nearly so: there is nothing to hold errors against.'];
  }
  if (!Number.isFinite(quality.ratio) || quality.scored < LEAST_SCORED) {
    return ['wait', 'Waiting for scores', 'Forecasts are scored when the vectors come that they spoke of.'];
  }
  const tone = mood(quality.ratio);
  const [text, beside] = BESIDE_THE_LAST_VALUE[tone](quality.ratio);
  return [tone, text, `Over the last minutes their error is ${beside} that of the last value.`];
}

function whyQuiet(json, quality, short) {
  const length = quality.never ? '' : ` for ${age(quality.quietMs)}`;
  return Math.abs(json.now - short.grewMs) < quality.quietMs
    ? 'Vectors come, of series that are still too short: a forecast takes history.minimum vectors.'
    : `No vectors came${length}, or every one was dead-lettered or late.`;
}

function whyNone(json, short) {
  if (short.count) {
    return 'Vectors come, of series that are still too short: a forecast takes window.steps of them, or history.minimum where that is set.';
  }
  return Object.values(json.deadLetters).some(one => one.count > 0)
    ? 'What came was dead-lettered: “Dead letters” has an example.'
    : 'The next vector of a series that has window.steps of them, or history.minimum where that is set, brings one.';
}
