// When something ends, as a reader chooses it: minutes, or a time of day; and as the API takes it. Pure.

/** A choice: some minutes, or a time of day as `18:00`, which may not be whole yet. */
export type End = { readonly minutes: number } | { readonly until: string };

/** As the API takes it: `45m`, `until 18:00`; undefined where it is not whole. */
export function endText(end: End): string | undefined {
  if ('minutes' in end) return `${end.minutes}m`;
  return /^\d{2}:\d{2}$/.test(end.until) ? `until ${end.until}` : undefined;
}

/** Reads the API's way of writing it; undefined where it is none that can be chosen. */
export function toEnd(text: string): End | undefined {
  const [, count, unit] = /^(\d{1,4})([mh])$/.exec(text) ?? [];
  if (count !== undefined) return { minutes: Number(count) * (unit === 'h' ? 60 : 1) };
  const [, until] = /^(?:until )?(\d{2}:\d{2})$/.exec(text) ?? [];
  return until === undefined ? undefined : { until };
}
