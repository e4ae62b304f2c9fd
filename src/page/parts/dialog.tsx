// A dialog over the page: the browser's own, which keeps the focus inside, closes by Escape, and gives the focus back.
import { useEffect, useId, useRef } from '../preact.ts';
import type { ComponentChildren } from '../preact.ts';
import { Button } from './button.tsx';
import { useShell } from '../hooks/shell.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** With it, the dialog is a form. */
  readonly onSubmit?: () => void;
  readonly children: ComponentChildren;
  /** Its buttons beside Cancel. */
  readonly actions: ComponentChildren;
}

/** A dialog that is open as long as it is drawn. */
export function Dialog({ title, onClose, onSubmit, children, actions }: DialogProps) {
  const { words } = useShell();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else document.querySelector<HTMLElement>('h1')?.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
          requestAnimationFrame(() =>
            element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(),
          );
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <div class="dialog-actions">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          {actions}
        </div>
      </form>
    </dialog>
  );
}
