// For processes that tests start: `node --import test/built-hooks.ts …` gives what a source compiles to wherever the source is imported, as
// `built.ts` does for the tests themselves.
import { registerHooks } from 'node:module';

const [sources, built] = ['../src/', '../dist/'].map((folder) => new URL(folder, import.meta.url).href);

registerHooks({
  resolve(specifier, context, nextResolve) {
    const found = nextResolve(specifier, context);
    if (sources === undefined || !found.url.startsWith(sources) || !found.url.endsWith('.ts')) return found;
    const url = built + found.url.slice(sources.length).replace(/\.ts$/, '.js');
    return { ...found, url, format: 'module' };
  },
});
