// A step's `Temporal`: the classes that all steps share, and a `Now` that tells the step's time. Undefined in an engine that has none.
import { apply, defineHidden, defineProperty, reflectGet, uncurryThis } from '../primordials.ts';
import { copierOf } from './copies.ts';
import type { StepContext } from './step-context.ts';

type Method = (...args: unknown[]) => unknown;
type Zoned = (zoned: unknown) => unknown;

const { toStringTag } = Symbol;
const engine: unknown = Reflect.get(globalThis, 'Temporal');
const create = typeof engine === 'object' && engine !== null ? creatorFor(engine) : () => undefined;

export function createTemporal(step: StepContext): unknown {
  return create(step);
}

function creatorFor(temporal: object): (step: StepContext) => object {
  const copyOfTemporal = copierOf(temporal, ['Now']);
  const { timeZoneId } = reflectGet(temporal, 'Now');
  const Instant = reflectGet(temporal, 'Instant');
  const { fromEpochMilliseconds } = Instant;
  const inZone = uncurryThis(Instant.prototype.toZonedDateTimeISO as Method);
  const zonedPrototype = reflectGet(temporal, 'ZonedDateTime').prototype;
  const toDateTime: Zoned = uncurryThis(zonedPrototype.toPlainDateTime as Method);
  const toDate: Zoned = uncurryThis(zonedPrototype.toPlainDate as Method);
  const toTime: Zoned = uncurryThis(zonedPrototype.toPlainTime as Method);

  return (step) => {
    const instant = (): unknown => apply(fromEpochMilliseconds, Instant, [step.now()]);
    const zoned = (zone: unknown): unknown => inZone(instant(), zone === undefined ? timeZoneId() : zone);
    const methods: Readonly<Record<string, unknown>> = {
      timeZoneId: () => timeZoneId(),
      instant: () => instant(),
      zonedDateTimeISO: (...args: unknown[]) => zoned(args.length > 0 ? args[0] : undefined),
      plainDateTimeISO: (...args: unknown[]) => toDateTime(zoned(args.length > 0 ? args[0] : undefined)),
      plainDateISO: (...args: unknown[]) => toDate(zoned(args.length > 0 ? args[0] : undefined)),
      plainTimeISO: (...args: unknown[]) => toTime(zoned(args.length > 0 ? args[0] : undefined)),
    };
    const now = {};
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? '';
      defineHidden(now, name, methods[name]);
    }
    const tag = { __proto__: null, value: 'Temporal.Now', configurable: true };
    defineProperty(now, toStringTag, tag as PropertyDescriptor);
    const own = copyOfTemporal();
    defineHidden(own, 'Now', now);
    return own;
  };
}

const names: readonly string[] = [
  ...['timeZoneId', 'instant', 'plainDateTimeISO', 'zonedDateTimeISO', 'plainDateISO', 'plainTimeISO'],
];
