// A command to be copied: long ones scroll in their own box, which the keyboard reaches.
import { useShell } from '../hooks/shell.ts';
import { Button } from './button.tsx';

/** A command. */
export function Command({ text }: { readonly text: string }) {
  const { words, notify } = useShell();
  const copy = () => {
    // Only where the page is secure (TLS, or this machine); else the text can be marked.
    navigator.clipboard.writeText(text).then(
      () => notify({ kind: 'done', text: words.common.copied }),
      () => notify({ kind: 'error', text: words.common.notCopied }),
    );
  };
  return (
    <div class="command">
      <pre class="code scroll" tabIndex={0} role="region" aria-label={words.common.command}>
        {text}
      </pre>
      {globalThis.isSecureContext && (
        <Button about={text} onClick={copy}>
          {words.common.copy}
        </Button>
      )}
    </div>
  );
}
