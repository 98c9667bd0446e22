// The list of series, and the search.
import {h, byId, say, list, keyed, times, mood, missing, visible} from './format.js';
import {ask} from './live.js';

const PAGE = 50;
const REFRESH_MS = 5000;
const LONGEST_LOAD_MS = 30_000;

/** The list at the left: worst first, or by key, with a search by prefix. */
export class Finder {
  constructor(choose) {
    this.choose = choose;
    this.order = 'worst';
    this.chosen = null;
    this.asked = 0;
    this.loads = 0;
    this.found = [];
    /** Series that were dropped while they were shown, until a list names them no longer. */
    this.dropped = new Set();
    byId('order-worst').addEventListener('click', () => this.setOrder('worst'));
    byId('order-latest').addEventListener('click', () => this.setOrder('latest'));
    byId('order-key').addEventListener('click', () => this.setOrder('key'));
    byId('more').addEventListener('click', () => this.load(true));
    const search = byId('search');
    search.addEventListener('input', () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.setOrder(search.value ? 'key' : 'worst'), 200);
    });
    search.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        this.pickFirst();
      }
    });
    byId('series-list').addEventListener('keydown', event => this.move(event));
    document.addEventListener('keydown', event => {
      if (event.key === '/' && !event.target.closest('input, dialog')) {
        event.preventDefault();
        search.focus();
      }
    });
    setInterval(() => {
      if (!document.hidden && this.order !== 'key') {
        this.refresh();
      }
    }, REFRESH_MS);
  }

  /** Of what is typed now, not of the list that still stands. */
  async pickFirst() {
    clearTimeout(this.typing);
    if (await this.setOrder(byId('search').value ? 'key' : this.order) && this.found.length) {
      this.pick(this.found[0].key);
    }
  }

  setOrder(order) {
    this.order = order;
    if (order !== 'key') {
      byId('search').value = '';
    }
    for (const one of ['worst', 'latest', 'key']) {
      byId(`order-${one}`).setAttribute('aria-pressed', order === one);
    }
    return this.load(false);
  }

  /** Lists series anew, unless a list is on its way: it would be void, and where lists take long none would ever come. */
  refresh() {
    if (!this.loads) {
      this.load(false);
    }
  }

  /** Lists series; false if that failed or something else was asked meanwhile. */
  async load(more) {
    this.loads++;
    try {
      return await this.loadPage(more, ++this.asked, AbortSignal.timeout(LONGEST_LOAD_MS));
    } finally {
      this.loads--;
    }
  }

  async loadPage(more, asked, signal) {
    const query = new URLSearchParams({limit: PAGE});
    if (this.order !== 'key') {
      query.set('order', this.order);
    } else {
      query.set('prefix', byId('search').value);
      if (more && this.found.length) {
        query.set('after', this.found[this.found.length - 1].key);
      }
    }
    try {
      let page = await ask(`api/series?${query}`, {signal});
      if (this.order !== 'key' && !page.series.length && asked === this.asked) {
        // Nothing is scored yet: any series will do.
        page = await ask(`api/series?limit=${PAGE}`, {signal});
      }
      if (asked !== this.asked) {
        return false;
      }
      this.found = [...more ? this.found : [], ...page.series];
      this.draw(page);
      this.dropped.forEach(key => page.series.some(one => one.key === key) || this.dropped.delete(key));
      const next = this.found.find(one => !this.dropped.has(one.key));
      if ((this.chosen === null || this.gone) && next) {
        this.pick(next.key, false);
      }
      return true;
    } catch (error) {
      if (asked === this.asked) {
        say(byId('list-note'), error.name === 'TimeoutError' ? 'The list does not come; a browser bears five of these pages' : error.message);
      }
      return false;
    }
  }

  draw(page) {
    const searched = this.order === 'key' && byId('search').value;
    const silent = missing(page.silent).map(one => ` · ${one.text}`).join('');
    say(byId('list-note'), (!this.found.length
      ? (searched ? `No key begins with “${visible(searched)}”` : 'No series yet')
      : this.order === 'worst' ? 'Error of t+1 relative to the last value’s, newest scores most'
      : this.order === 'latest' ? 'The newest vectors first' : `${this.found.length}${page.more ? ' and more' : ''} series`) + silent);
    byId('more').hidden = this.order !== 'key' || !page.more;
    this.drawList(byId('series-list'));
  }

  /** A series keeps its element, and the keyboard its place: at the series, or where that stood. */
  drawList(place) {
    const button = place.contains(document.activeElement) ? document.activeElement : null;
    const at = [...place.children].indexOf(button?.parentElement);
    keyed(place, this.found, one => one.key, one => this.item(one.key), (item, one) => this.fill(item.firstChild, one.relative ?? NaN));
    if (button !== null && button !== document.activeElement) {
      const next = button.isConnected ? button : place.children[Math.min(at, place.children.length - 1)]?.firstChild;
      next?.focus({preventScroll: true});
    }
  }

  item(key) {
    const button = h('button', {type: 'button', 'data-key': key, 'aria-current': key === this.chosen ? 'true' : null});
    button.addEventListener('click', () => this.pick(key));
    return h('li', null, button);
  }

  fill(button, relative) {
    const {key} = button.dataset;
    const known = Number.isFinite(relative);
    list(button, [{name: key}, {figure: known ? times(relative) : ''}, ...known ? [{bar: Math.min(1, relative / 2), tone: mood(relative)}] : []],
      ({name, figure, bar, tone}) => {
        if (name !== undefined) {
          return h('span', {class: 'name', title: name}, visible(name));
        }
        if (figure !== undefined) {
          return h('span', {class: 'num muted'}, figure);
        }
        const filled = h('span');
        filled.style.transform = `scaleX(${bar})`;
        return h('span', {class: `meter ${tone}`, 'aria-hidden': 'true'}, filled);
      });
  }

  /** Shows a series; one that a person chose stays, also when it is gone. */
  pick(key, byPerson = true) {
    if (key === this.chosen && !this.gone) {
      // Its stream goes on. A key that is held down would ask for one after the other.
      this.byPerson ||= byPerson;
      this.choose(key, byPerson, true);
      return;
    }
    this.chosen = key;
    this.byPerson = byPerson;
    this.gone = false;
    for (const button of byId('series-list').querySelectorAll('button')) {
      if (button.dataset.key === key) {
        button.setAttribute('aria-current', 'true');
      } else {
        button.removeAttribute('aria-current');
      }
    }
    this.choose(key, byPerson);
  }

  /** The shown series fell silent, and its state was dropped. */
  lost() {
    this.dropped.add(this.chosen);
    this.gone = !this.byPerson;
    if (this.gone) {
      this.load(false);
    }
  }

  /** The shown series is there, be it again. */
  back() {
    this.gone = false;
    this.dropped.delete(this.chosen);
  }

  move(event) {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) {
      event.preventDefault();
      const buttons = [...byId('series-list').querySelectorAll('button')];
      buttons[buttons.indexOf(document.activeElement) + step]?.focus();
    }
  }
}
