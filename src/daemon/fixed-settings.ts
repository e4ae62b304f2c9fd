// Settings that a running service does not change: a reload says so instead of leaving the operator to wonder.
import type { Config } from '../config/config.ts';

const FIXED_SETTINGS = [
  'cache',
  'server.state',
  'server.user',
  'server.io',
  'server.pledge',
  'control',
  'metrics',
  'log',
] as const;

/** A line for each fixed setting that has changed in the file since the service started. */
export function fixedChanges(first: Config, now: Config): string[] {
  return FIXED_SETTINGS.filter((setting) => valueOf(first, setting) !== valueOf(now, setting)).map(
    (setting) => `${setting}: takes effect at the next start`,
  );
}

function valueOf(config: Config, setting: string): string {
  return JSON.stringify(
    setting.split('.').reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), config),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
