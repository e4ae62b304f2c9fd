// The last thing that happened, at the foot of the page: said to who listens, and there until it is closed or another comes.
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';
import type { Notice } from '../hooks/shell.ts';
import type { Words } from '../words/words.ts';

interface NoticesProps {
  readonly notice: Notice | undefined;
  readonly words: Words;
  readonly onClose: () => void;
}

/** The notice. */
export function Notices({ notice, words, onClose }: NoticesProps) {
  return (
    <div class="notices" role="status">
      {notice !== undefined && (
        <div class="notice">
          <Banner kind={notice.kind}>
            <p>{notice.text}</p>
          </Banner>
          {notice.action !== undefined && (
            <Button
              onClick={() => {
                onClose();
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </Button>
          )}
          <Button onClick={onClose}>{words.common.close}</Button>
        </div>
      )}
    </div>
  );
}
