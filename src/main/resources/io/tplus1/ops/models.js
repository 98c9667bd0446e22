// The champion, what happened to models, and the commands about them.
import {h, byId, say, list, number, whole, percent, time, times, age, mood, hash} from './format.js';
import {command, token} from './live.js';

const WORDS = {
  TRAINED: ['trained', ''], PROMOTED: ['became the champion', 'good'], REJECTED: ['did not win', 'warn'],
  ROLLED_BACK: ['serves again', 'warn'], FAILED: ['training failed', 'bad'], PINNED: ['pinned', ''],
  UNPINNED: ['unpinned', ''], REFUSED: ['command refused', 'bad'],
};

const COMMANDS = {
  RETRAIN: ['Retrain now?', 'A training starts at once. The new model becomes the champion only if it proves better.'],
  ROLLBACK: ['Roll back?', 'The champion before the probation, or else the newest former one, is the champion again.'],
  PIN: ['Pin the champion?', 'Nothing but a command may replace it until it is unpinned.'],
  UNPIN: ['Unpin the champion?', 'A challenger that proves better may replace it again.'],
};

/** What an instance calls those together that it names apart no more. */
const OLDER = 'older';

/** As much of a hash as is named, and sent: what a person saw. */
const short = champion => champion?.slice(0, 12);

/** What is told of a command that nobody is known to have taken: only who refuses it says that it was not sent. */
function untaken({status, message}) {
  if (status >= 400 && status < 500) {
    return `Not sent: ${message}`;
  }
  return `Perhaps not sent: ${message}. Look under “What happened” before you give it again.`;
}

export class Models {
  constructor(wantToken, toast) {
    this.pinned = false;
    this.asked = true;
    this.shown = undefined;
    this.named = undefined;
    this.order = [];
    for (const button of document.querySelectorAll('[data-command]')) {
      button.addEventListener('click', () => this.confirm(button.dataset.command));
    }
    byId('command-dialog').addEventListener('close', () => this.send());
    this.wantToken = wantToken;
    this.toast = toast;
  }

  confirm(kind) {
    if (!token.get()) {
      this.wantToken(() => this.confirm(kind));
      return;
    }
    this.kind = kind;
    this.seen = this.subject();
    byId('command-title').textContent = COMMANDS[kind][0];
    byId('command-text').textContent = this.question();
    byId('command-dialog').returnValue = '';
    byId('command-dialog').showModal();
  }

  /** The champion that the command is about. */
  subject() {
    switch (this.kind) {
      // It goes on whichever serves.
      case 'RETRAIN': return undefined;
      // Also of one that does not serve here, as it cannot be loaded.
      case 'ROLLBACK': return this.named ?? this.shown;
      default: return this.shown;
    }
  }

  /** Whether another model is the champion by now than when the dialog was opened. */
  isOutdated() {
    return this.seen !== this.subject();
  }

  question() {
    const text = COMMANDS[this.kind][1];
    if (this.isOutdated()) {
      return `By now ${this.subject() ?? 'no model'} is the champion, and no longer ${this.seen ?? 'none'}: cancel, and look again.`;
    }
    if (this.seen && this.seen !== this.shown) {
      return `${this.seen} is the champion, though ${this.shown ?? 'no model'} serves here. ${text}`;
    }
    const does = this.asked ? 'serves now' : 'is the champion, which no forecast asks';
    return this.seen ? `${this.seen} ${does}. ${text}` : text;
  }

  async send() {
    if (byId('command-dialog').returnValue !== 'ok') {
      return;
    }
    if (this.isOutdated()) {
      this.toast(`Not sent: ${this.subject() ?? 'no model'} is the champion by now.`);
      return;
    }
    try {
      // Who rolls back: where somebody else, or the probation, just did, a second one would go back one model more.
      await command({kind: this.kind, hash: this.kind === 'ROLLBACK' ? this.named : this.seen});
      this.toast('Sent. The answer will appear under “What happened”.');
    } catch (error) {
      if (error.status === 401) {
        token.set('');
      }
      this.toast(error.name === 'TimeoutError'
        ? 'No answer came. Look under “What happened” whether it was carried out; a browser bears five of these pages.'
        : untaken(error));
    }
  }

  champion(overview, models) {
    const now = models?.champion;
    this.asked = now?.asked !== false; // An instance of before does not say so.
    const serving = this.asked ? now : undefined;
    list(byId('champion'), [
      ['Champion', now?.hash ?? (models ? 'none: the last value or the other experts are forecast' : 'not known yet')],
      ['Asked', this.asked ? null : 'by no forecast: experts has no rnn'],
      ['Serving for', serving ? age(overview.now - serving.since) : null],
      ['Computed by', serving?.kernel],
      ['Learnt until', serving?.learntTo ? time(serving.learntTo) : null],
      ['Swaps', whole(overview.swaps)],
      ['Pinned', now?.pinned ? 'yes' : null],
    ].filter(([, value]) => value), ([name, value]) =>
      h('div', null, h('dt', null, name), h('dd', null, value === now?.hash ? hash(value) : value)));
    this.shown = short(now?.hash);
    this.named = short(models?.named);
    if (byId('command-dialog').open) {
      say(byId('command-text'), this.question());
    }
    this.pinned = Boolean(now?.pinned);
    const pin = document.querySelector('[data-command="PIN"], [data-command="UNPIN"]');
    pin.dataset.command = this.pinned ? 'UNPIN' : 'PIN';
    say(pin, this.pinned ? 'Unpin' : 'Pin');
    for (const button of document.querySelectorAll('[data-command]')) {
      button.disabled = !models?.commands;
    }
    byId('no-commands').hidden = !models?.noCommands;
    say(byId('no-commands'), models?.noCommands ?? '');
    this.errors(this.ordered(overview.models), serving?.hash);
  }

  /**
   * Sums by model, in the order in which the models were heard of, the newest first: which of them was scored
   * last, as an instance lists them, may be another one with each second.
   */
  ordered(models) {
    const fresh = Object.keys(models).reverse().filter(model => !this.order.includes(model));
    this.order = [...fresh, ...this.order]
      .filter(model => Object.hasOwn(models, model))
      .sort((a, b) => (a === OLDER) - (b === OLDER));
    return this.order.map(model => [model, models[model]]);
  }

  /** Rows stay while figures in them change. */
  errors(models, champion) {
    const body = byId('models-table').querySelector('tbody');
    list(body, models.map(([model]) => [model, model === champion]), ([model, serves]) => h('tr', null,
      h('td', null, hash(model), serves ? ' ' : null, serves ? h('span', {class: 'pill good'}, 'serves') : null),
      h('td', {class: 'num'}), h('td', {class: 'num'}, h('span')), h('td', {class: 'num'})));
    models.forEach(([, sums], i) => {
      const [, count, error, covered] = body.rows[i].cells;
      const relative = Math.sqrt(sums.error / sums.persistence);
      say(count, whole(sums.count));
      error.firstChild.className = `pill ${mood(relative)}`;
      say(error.firstChild, times(relative));
      say(covered, sums.intervals ? percent(sums.covered / sums.intervals) : '–');
    });
  }

  events(events) {
    byId('events').replaceChildren(...(events.length ? events : [null]).map(event => {
      if (event === null) {
        return h('li', {class: 'muted'}, 'Nothing yet.');
      }
      const [words, tone] = WORDS[event.kind] ?? [event.kind, ''];
      const timed = ([name, value]) => name !== 'seconds' || value !== 0;
      const figures = Object.entries(event.figures).filter(timed).map(([name, value]) => h('span', null, `${name} ${number(value)}`));
      return h('li', {class: tone, 'data-kind': event.kind},
        h('div', null, h('b', null, event.hash ? hash(event.hash) : null, event.hash ? ' ' : null, words), h('span', {class: 'muted'}, ` · ${time(event.time)}`)),
        event.reason ? h('div', null, event.reason) : null,
        figures.length ? h('div', {class: 'figures'}, ...figures) : null);
    }));
  }
}
