// What a grant or a denial is about, as people write it: a service by its name or title, a name with a dot, everything. Pure.
import type { ToldService } from '../../explain/told/services.ts';

/** A subject as the API takes it; undefined: nothing was written; `unknown`: there is no such service. */
export type Subject = { readonly what: string } | { readonly unknown: string } | undefined;

/** How everything is written, in any language of the page. */
const EVERYTHING: readonly string[] = ['everything', 'alles'];

/** Reads a subject. */
export function toSubject(text: string, services: readonly ToldService[]): Subject {
  const written = text.trim();
  const small = written.toLowerCase();
  if (small === '') return undefined;
  if (EVERYTHING.includes(small)) return { what: 'everything' };
  const service = services.find(({ name, title }) => name === small || title.toLowerCase() === small);
  if (service !== undefined) return { what: service.name };
  const host = toHost(small);
  return host.includes('.') ? { what: host } : { unknown: written };
}

/** A name as it is asked for: without the rest of a web address that was pasted, and without its last dot. */
export function toHost(written: string): string {
  const text = written.trim().toLowerCase();
  return /^[a-z]+:\/\/(?:[^/@]*@)?([^/:?#]+)/.exec(text)?.[1] ?? text.replace(/(?<=.)\.$/, '');
}

/** What a subject is called: services by their titles. */
export function labelOf(what: string, services: readonly ToldService[], everything: string): string {
  if (what === 'everything') return everything;
  return services.find(({ name }) => name === what)?.title ?? what;
}
