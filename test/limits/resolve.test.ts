// Limits are checked together before anything begins: a bad one is refused by name.
import { describe, expect, it } from 'vitest';
import { StepwellError } from '../../src/errors.ts';
import { defaultLimits, type Limits, resolveLimits } from '../../src/limits.ts';

const names = Object.keys(defaultLimits) as (keyof Limits)[];

/** Untyped, as a caller without a type checker has it. */
function resolved(limits: object, base?: Limits): Limits {
  return resolveLimits(limits as Partial<Limits>, base);
}

function refusal(limits: object): StepwellError {
  try {
    resolved(limits);
  } catch (error) {
    if (error instanceof StepwellError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('resolveLimits', () => {
  it('gives the defaults, which stand in the right relations themselves', () => {
    expect(resolved({})).toEqual(defaultLimits);
  });

  it('lays what is given over the base, and changes neither', () => {
    const base = { ...defaultLimits, chainDepth: 7 };
    const given = { fanOutPerStep: 3 };
    expect(resolved(given, base)).toEqual({ ...defaultLimits, chainDepth: 7, fanOutPerStep: 3 });
    expect([base.fanOutPerStep, given]).toEqual([defaultLimits.fanOutPerStep, { fanOutPerStep: 3 }]);
  });

  it.each(names)('refuses %s below its least, beyond its most, broken, and of another type', (name) => {
    const least = name === 'delaySecondsMin' ? 0 : 1;
    for (const value of [least - 1, -1, 1.5, Number.NaN, Infinity, 2 ** 53, '10', 10n, null, undefined, true]) {
      const { code, message } = refusal({ [name]: value });
      expect(code, String(value)).toBe('OPTION_INVALID');
      expect(message, String(value)).toContain(`\`${name}\``);
    }
  });

  it('lets delaySecondsMin alone be 0', () => {
    expect(resolved({ delaySecondsMin: 0 }).delaySecondsMin).toBe(0);
  });

  it.each(['', 'stepCPUms', 'constructor', '__proto__x', 'toString'])('refuses the unknown name %j', (name) => {
    expect(refusal({ [name]: 1 }).code).toBe('OPTION_INVALID');
  });

  it('refuses an own key `__proto__`', () => {
    expect(refusal(JSON.parse('{"__proto__":1}')).code).toBe('OPTION_INVALID');
  });

  it.each([
    ['sourceBytes', 'checkBytesPerTenant', { sourceBytes: 10, checkBytesPerTenant: 9 }],
    ['turnCpuMs', 'stepCpuMs', { stepCpuMs: 49 }],
    ['stepCpuMs', 'stepWallMs', { stepWallMs: 4_999 }],
    ['valueBytes', 'readBytes', { valueBytes: 10, readBytes: 9 }],
    ['valueBytes', 'opBytesInFlightPerStep', { opBytesInFlightPerStep: 9, valueBytes: 10, payloadBytes: 1 }],
    ['payloadBytes', 'opBytesInFlightPerStep', { opBytesInFlightPerStep: 9, valueBytes: 1, payloadBytes: 10 }],
    ['valueBytes', 'storeBytesPerRun', { valueBytes: 10, storeBytesPerRun: 9 }],
    ['opsInFlightPerStep', 'opsPerStep', { opsPerStep: 999 }],
    ['fanOutPerStep', 'stepsPerRun', { stepsPerRun: 9_999 }],
  ] as const)(
    'refuses a %s that is one larger than %s, names both, and lets them be equal',
    (smaller, larger, limits) => {
      const { code, message } = refusal(limits);
      expect(code).toBe('OPTION_INVALID');
      expect(message).toContain(`\`${smaller}\``);
      expect(message).toContain(`\`${larger}\``);
      const equal = { ...defaultLimits, ...limits };
      expect(resolved({ ...limits, [smaller]: equal[larger] })).toEqual({ ...equal, [smaller]: equal[larger] });
    },
  );
});
