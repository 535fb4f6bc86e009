// Webhooks in, runs out. Keeps nothing of its own: the runner knows the runs, and each belongs to one tenant.
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Run, Runner } from '../../src/index.ts'; // In a project of your own: from 'stepwell'
import { answerTo, HttpError } from './http-error.ts';
import { serverSentEvents } from './server-sent-events.ts';

export interface ServerOptions {
  readonly runner: Runner;
  /** Sources of workflows, by name. */
  readonly workflows: ReadonlyMap<string, string>;
  /** Names of tenants, by the token that each is known by. */
  readonly tokens: ReadonlyMap<string, string>;
}

type OfHook = { Params: { tenant: string; workflow: string } };
type OfRun = { Params: { id: string } };

/** The connection ends with the stream: kept alive, it would keep the server from closing. */
const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' };

export function createServer({ runner, workflows, tokens }: ServerOptions): FastifyInstance {
  // A run is named in the path by up to 256 characters, of which each may take up to nine.
  const server = Fastify({ routerOptions: { maxParamLength: 256 * 9 } });

  server.setErrorHandler((error, _request, reply) => {
    const { status, headers, body } = answerTo(error);
    if (status === 500) console.error(error);
    return reply.code(status).headers(headers).send(body);
  });
  server.setNotFoundHandler(() => {
    throw notFound();
  });

  server.post<OfHook>('/hooks/:tenant/:workflow', async (request, reply) => {
    const tenant = tenantOf(request, tokens);
    const { workflow: name } = request.params;
    const workflow = workflows.get(name);
    if (request.params.tenant !== tenant || workflow === undefined) throw notFound();
    // The id begins with the tenant: nobody can take, or try out, the ids of others.
    const key = request.headers['idempotency-key'];
    const id = typeof key === 'string' && key !== '' ? { runId: `${tenant}:${name}:${key}` } : {};
    const run = await runner.start({ tenant, workflow, data: request.body ?? {}, ...id });
    const url = `/runs/${encodeURIComponent(run.id)}`;
    return reply.code(202).header('location', url).send({ id: run.id, status: run.status, url });
  });

  server.get<OfRun>('/runs/:id', async (request) => {
    const run = await runOf(request);
    return run.status === 'open' ? { id: run.id, status: run.status } : { id: run.id, ...(await run.result()) };
  });

  server.get<OfRun>('/runs/:id/events', async (request, reply) => {
    const run = await runOf(request);
    if (run.status !== 'open') return reply.code(204).send(); // So an EventSource knows that it need not come again.
    return reply.headers(streamHeaders).send(serverSentEvents(run));
  });

  server.delete<OfRun>('/runs/:id', async (request) => {
    const run = await runOf(request);
    return { id: run.id, ...(await run.cancel('Cancelled over HTTP.')) };
  });

  /** A run of another tenant is answered as one that is not there. */
  async function runOf(request: FastifyRequest<OfRun>): Promise<Run> {
    const tenant = tenantOf(request, tokens);
    const run = await runner.get(request.params.id);
    if (run === undefined || run.tenant !== tenant) throw notFound();
    return run;
  }

  return server;
}

function tenantOf({ headers }: FastifyRequest, tokens: ReadonlyMap<string, string>): string {
  const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const tenant = tokens.get(token);
  if (tenant === undefined) throw new HttpError(401, 'TOKEN_UNKNOWN', 'Expected the header `authorization: Bearer …`.');
  return tenant;
}

function notFound(): HttpError {
  return new HttpError(404, 'NOT_FOUND', 'There is no such thing here.');
}
