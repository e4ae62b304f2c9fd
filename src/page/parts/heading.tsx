// The heading of a view: the focus goes there when the view comes, and the window's title follows it.
import { useEffect, useRef } from '../preact.ts';
import type { ComponentChildren } from '../preact.ts';
import { useShell } from '../hooks/shell.ts';

interface HeadingProps {
  readonly text: string;
  /** Beside it: what is done with the whole view. */
  readonly children?: ComponentChildren;
}

/** How many views were shown: the first one leaves the focus where the browser has it. */
const shown = { views: 0 };

/** The heading. */
export function Heading({ text, children }: HeadingProps) {
  const { words } = useShell();
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} · ${words.title}`;
  }, [text, words]);
  useEffect(() => {
    if (shown.views++ > 0) element.current?.focus();
  }, []);
  return (
    <div class="heading">
      <h1 ref={element} tabIndex={-1}>
        {text}
      </h1>
      {children}
    </div>
  );
}
