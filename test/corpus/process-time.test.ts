// Process containment holds what takes all time that it gets: loops, and built-ins that no timer reaches.
import { time } from './payloads/index.ts';
import { testProcessContainment } from './process.ts';

testProcessContainment(time);
