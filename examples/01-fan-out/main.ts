// Runs the order as `stepwell run` does. In a project of your own this is one command:
//   npx stepwell run workflow.js --data @order.json
import { relative, resolve } from 'node:path';
import { main } from '../../src/cli/main.ts';

const here = (file: string): string => relative(process.cwd(), resolve(import.meta.dirname, file));

process.exitCode = await main(['run', here('workflow.js'), '--data', `@${here('order.json')}`]);
