// Steps of Cloudflare's Workflows on a local workerd, as miniflare runs it: each is written down before the next begins, and its two ops are on
// a variable of the run, which is kinder than real life.
import { Miniflare } from 'miniflare';
import { atOnce, serve } from '../peers/serve.ts';

/** Of one instance: Workflows refuse more. */
const stepsMost = 1_000;

const script = `
import { WorkflowEntrypoint } from 'cloudflare:workers';
export class Steps extends WorkflowEntrypoint {
  async run({ payload: count }, step) {
    let key = 0;
    let next = 0;
    const work = async () => { key += await 1; key += await 1; };
    const lane = async () => { while (next < count) await step.do('work ' + next++, work); };
    await Promise.all(Array.from({ length: ${atOnce} }, lane));
    return key;
  }
}
export default {
  async fetch(request, env) {
    const instance = await env.STEPS.create({ params: Number(await request.text()) });
    for (;;) {
      const { status, output, error } = await instance.status();
      if (status === 'complete') return Response.json(output);
      if (status === 'errored' || status === 'terminated') return Response.json(error, { status: 500 });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
};`;

const miniflare = new Miniflare({
  modules: true,
  script,
  compatibilityDate: '2026-04-01',
  workflows: { STEPS: { name: 'steps', className: 'Steps' } },
});

async function steps(count: number): Promise<void> {
  for (let left = count; left > 0; left -= stepsMost) {
    const part = Math.min(left, stepsMost);
    const response = await miniflare.dispatchFetch('http://steps/', { method: 'POST', body: String(part) });
    const text = await response.text();
    if (!response.ok || Number(text) !== 2 * part) throw new Error(`Ops were lost: ${text.slice(0, 200)}`);
  }
}

await miniflare.ready;
serve({ steps }, () => miniflare.dispose());
