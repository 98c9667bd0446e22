// Requests and the live stream, with the token if there is one. EventSource cannot bear a token,
// so the stream is read with fetch.

import {kept} from './kept.js';

export const token = kept(() => sessionStorage, 'tplus1.token');

const headers = () => token.get() ? {Authorization: `Bearer ${token.get()}`} : {};

const FOREIGN = 'that of another server, such as a proxy';

/** An answer; throws an Error with the sentence and the status of what went wrong. */
async function answered(path, options) {
  const answer = await fetch(path, {...options, headers: headers()});
  if (!answer.ok) {
    const error = new Error(await sentence(answer));
    error.status = answer.status;
    throw error;
  }
  return answer;
}

/** An answer's JSON; throws what {@link answered} does, and an Error where there is no JSON, or not all of it. */
export async function ask(path, options = {}) {
  const answer = await answered(path, options);
  return answer.json().catch(() => {
    throw options.signal?.aborted ? options.signal.reason
      : new Error(`The answer broke off, or is ${FOREIGN}`);
  });
}

/** What an answer says is wrong. */
const sentence = async answer =>
  (await answer.json().catch(() => ({}))).error ?? `status ${answer.status}`;

/** It may wait for a connection, as behind many streams of one browser: it is not to be carried out hours later. */
const LONGEST_COMMAND_MS = 30_000;

/** Sends a command; once it is taken, its answer may break off. */
export async function command(body) {
  const {status} = await answered('api/commands', {method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(LONGEST_COMMAND_MS)});
  if (status !== 202) {
    throw new Error(`status ${status} came where 202 was expected, as of another server, such as a proxy`);
  }
}

/** The server says something every five seconds; after so many it is gone, or cannot be reached. */
const LONGEST_SILENCE_MS = 15_000;

/** Reads server-sent events until it is stopped; comes back after every break, but for want of a token. */
export class Live {
  /**
   * @param onEvent told the name and the JSON of every event
   * @param onState told 'on', 'off', or 'token' where another token is wanted before {@link start}
   */
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
    this.series = null;
    this.abort = null;
    this.wait = 500;
    this.run = 0;
    /** When the server was last heard, epoch milliseconds; null if it never was. */
    this.heardMs = null;
    /** Why the server, though it answers, does not serve this; empty if it does, or is not there. */
    this.refusal = '';
  }

  /** Begins, or begins anew with another series. */
  start(series = this.series) {
    this.series = series;
    this.abort?.abort();
    this.read(++this.run);
  }

  async read(run) {
    while (run === this.run) {
      try {
        this.abort = new AbortController();
        const path = this.series === null ? 'api/live' : `api/live?series=${encodeURIComponent(this.series)}`;
        const answer = await this.soon(fetch(path, {headers: headers(), signal: this.abort.signal}));
        if (run !== this.run) {
          return;
        }
        if (answer.status === 401) {
          this.onState('token');
          return;
        }
        const ours = answer.headers.get('content-type')?.startsWith('text/event-stream');
        this.refusal = !answer.ok ? await this.soon(sentence(answer)) : ours ? '' : `The answer is ${FOREIGN}`;
        if (this.refusal) {
          answer.body?.cancel();
        } else {
          this.onState('on');
          this.wait = 500;
          await this.events(answer.body.getReader(), run);
        }
      } catch {
        // Broken off, by either side: what follows comes back.
        this.refusal = '';
      }
      if (run !== this.run) {
        return;
      }
      this.onState('off');
      await new Promise(resolve => setTimeout(resolve, this.wait));
      this.wait = Math.min(this.wait * 2, 10_000);
    }
  }

  /** What the server sends next; gives the stream up if that takes too long. */
  async soon(next) {
    const abort = this.abort;
    const timer = setTimeout(() => abort.abort(), LONGEST_SILENCE_MS);
    try {
      return await next;
    } finally {
      clearTimeout(timer);
    }
  }

  async events(reader, run) {
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const {done, value} = await this.soon(reader.read());
      if (done || run !== this.run) {
        return;
      }
      this.heardMs = Date.now();
      rest += decoder.decode(value, {stream: true});
      const parts = rest.split('\n\n');
      rest = parts.pop();
      parts.forEach(part => this.tell(part));
    }
  }

  tell(part) {
    const lines = part.split('\n');
    const field = name => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const name = field('event');
    if (name === undefined) {
      return;
    }
    try {
      this.onEvent(name, JSON.parse(field('data')));
    } catch (error) {
      // The next one may be shown again; to come back would bring the same.
      console.error(`The event “${name}” could not be shown`, error);
    }
  }
}
