// Requests and the live stream, with the token if there is one. EventSource cannot bear a token,
// so the stream is read with fetch.

const TOKEN = 'tplus1.token';

export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: value => value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN),
};

const headers = () => token.get() ? {Authorization: `Bearer ${token.get()}`} : {};

/** An answer's JSON; throws an Error with the sentence and the status of what went wrong. */
export async function ask(path, options = {}) {
  const answer = await fetch(path, {...options, headers: headers()});
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const error = new Error(json.error ?? `status ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return json;
}

export const command = body =>
  ask('/api/commands', {method: 'POST', body: JSON.stringify(body)});

/** Reads server-sent events until it is stopped; comes back after every break. */
export class Live {
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
    this.series = null;
    this.abort = null;
    this.wait = 500;
    this.run = 0;
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
        const path = this.series === null ? '/api/live' : `/api/live?series=${encodeURIComponent(this.series)}`;
        const answer = await fetch(path, {headers: headers(), signal: this.abort.signal});
        if (!answer.ok) {
          this.onState(answer.status === 401 ? 'token' : 'off');
        } else {
          this.onState('on');
          this.wait = 500;
          await this.events(answer.body.getReader(), run);
        }
      } catch (error) {
        if (run !== this.run) {
          return;
        }
      }
      if (run !== this.run) {
        return;
      }
      this.onState('off');
      await new Promise(resolve => setTimeout(resolve, this.wait));
      this.wait = Math.min(this.wait * 2, 10_000);
    }
  }

  async events(reader, run) {
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done || run !== this.run) {
        return;
      }
      rest += decoder.decode(value, {stream: true});
      const parts = rest.split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        const name = /^event: (.*)$/m.exec(part);
        const data = /^data: (.*)$/m.exec(part);
        if (name && data) {
          this.onEvent(name[1], JSON.parse(data[1]));
        }
      }
    }
  }
}
