// Process containment holds what takes all memory that it gets, and what makes V8 give up its process.
import { space } from './payloads/index.ts';
import { testProcessContainment } from './process.ts';

testProcessContainment(space);
