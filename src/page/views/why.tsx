// Why a name is answered as it is: a name, who asks, when; the decision in a sentence, what led to it, and what would change it.
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { goTo } from '../hooks/use-route.ts';
import { Heading } from '../parts/heading.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import type { ExplainRequest } from '../../api/routes.ts';
import { Explained, Verdict } from './why/explained.tsx';
import { QuestionForm } from './why/question-form.tsx';

/** Why; its parameters are those of `GET /explain`. */
export function Why({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { words } = useShell();
  const asked = toRequest(params);
  const reading = useCall('GET /explain', asked);
  const onAsk = (next: ExplainRequest) => {
    if (JSON.stringify(toRequest({ ...next })) === JSON.stringify(asked)) reading.again();
    else goTo('why', { who: next.who, name: next.name, at: next.at });
  };
  return (
    <>
      <Heading text={words.why.title} />
      <QuestionForm key={JSON.stringify(params)} params={params} isBusy={reading.isBusy} onAsk={onAsk} />
      {asked === undefined && <Empty>{words.why.empty}</Empty>}
      <div role="status" class="answer">
        {asked !== undefined && (
          <Loaded of={reading}>{(reply) => <Verdict asked={asked} explanation={reply} />}</Loaded>
        )}
      </div>
      {asked !== undefined && reading.reply !== undefined && (
        <Explained asked={asked} explanation={reading.reply} again={reading.again} />
      )}
    </>
  );
}

function toRequest({
  who = '',
  name = '',
  at,
}: {
  readonly who?: string;
  readonly name?: string;
  readonly at?: string | undefined;
}): ExplainRequest | undefined {
  if (who === '' || name === '') return undefined;
  return at === undefined || at === '' ? { who, name } : { who, name, at };
}
