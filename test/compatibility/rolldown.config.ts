// Makes a workflow and the packages that it imports into one source text.
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'workflow.js',
  // Takes what a package has for browsers, for that imports nothing of Node.
  platform: 'browser',
  // What packages ask for by these names, and a workflow does not have.
  transform: {
    define: {
      'process.env.NODE_ENV': '"production"',
      global: 'globalThis',
      self: 'globalThis',
      'import.meta.url': 'undefined',
      'import.meta.dirname': 'undefined',
    },
  },
  output: { file: 'bundle.js', format: 'esm', codeSplitting: false },
});
