// What tests of the HTTP server share: requests as a tenant makes them, and what a stream of events says.
import { expect } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Requests of one tenant, by its token. */
export class HttpClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async post(path: string, data: unknown, key?: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
    return answerOf(await this.fetch(path, { method: 'POST', headers, body: JSON.stringify(data) }));
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await this.fetch(path));
  }

  async delete(path: string): Promise<Answer> {
    return answerOf(await this.fetch(path, { method: 'DELETE' }));
  }

  /** Starts a run; its URL. */
  async start(hook: string, data: unknown, key?: string): Promise<string> {
    const { status, headers } = await this.post(hook, data, key);
    expect(status).toBe(202);
    return headers.get('location') ?? '';
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    return fetch(new URL(path, this.#url), { ...init, headers });
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** Names of the events in the text of a stream, each of which has to be what its data says. */
export function eventNames(text: string): string[] {
  return [...text.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm)].map(([, name = '', data = '']) => {
    expect(JSON.parse(data)).toMatchObject({ type: name });
    return name;
  });
}
