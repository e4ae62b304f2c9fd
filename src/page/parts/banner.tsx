// A few words that stand out: a mark and a border say of what kind they are, beside the colour.
import type { ComponentChildren } from '../preact.ts';

const MARKS = { done: '✓', note: 'i', warning: '!', error: '✕' } as const;

/** A banner. */
export function Banner({
  kind,
  children,
}: {
  readonly kind: keyof typeof MARKS;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`banner ${kind}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div>{children}</div>
    </div>
  );
}

/** A state in a word or two, with its mark. */
export function Badge({
  kind,
  children,
}: {
  readonly kind: keyof typeof MARKS;
  readonly children: ComponentChildren;
}) {
  return (
    <span class={`badge ${kind}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      {children}
    </span>
  );
}
