// Process containment holds escapes, floods, sleepers, and values that run code wherever they are touched.
import { values } from './payloads/index.ts';
import { testProcessContainment } from './process.ts';

testProcessContainment(values);
