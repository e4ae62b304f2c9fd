// A button, and a link that looks like one.
import type { ComponentChildren } from '../preact.ts';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: (() => void) | undefined;
  /** Default: plain. */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  /** While it works it can be focused and does nothing. */
  readonly isBusy?: boolean;
  /** What it is about, for those who hear it alone: "End" of what. */
  readonly about?: string | undefined;
  readonly isExpanded?: boolean | undefined;
  readonly controls?: string | undefined;
}

/** A button. */
export function Button({
  children,
  onClick,
  kind = 'plain',
  type = 'button',
  isBusy = false,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      aria-disabled={isBusy}
      aria-expanded={rest.isExpanded}
      aria-controls={rest.controls}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
      {rest.about !== undefined && <span class="unseen">: {rest.about}</span>}
    </button>
  );
}

/** A link to a view. */
export function LinkButton({
  href,
  children,
}: {
  readonly href: string;
  readonly children: ComponentChildren;
}) {
  return (
    <a class="button plain" href={href}>
      {children}
    </a>
  );
}
