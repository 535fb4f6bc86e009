// Process containment holds tampering, forged records and hostile sources.
import { texts } from './payloads/index.ts';
import { testProcessContainment } from './process.ts';

testProcessContainment(texts);
