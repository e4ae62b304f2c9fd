// A password from a terminal that does not show it, or from a pipe.
import { PassThrough } from 'node:stream';
import t from 'tap';
import { readNewPassword } from '../../../src/cli/terminal/read-secret.ts';

/** A terminal at which lines are typed, each when something is asked for; notes whether it shows what is typed. */
function terminal(...lines: readonly string[]) {
  const input = new PassThrough();
  const told: unknown[] = [];
  const waiting = [...lines];
  const source = {
    input: Object.assign(input, {
      isTTY: true,
      setRawMode: (isRaw: boolean) => void told.push(isRaw ? 'hidden' : 'shown'),
    }),
    ask: (text: string): void => {
      told.push(text);
      const line = text === '\n' ? undefined : waiting.shift();
      if (line !== undefined) input.write(line);
    },
  };
  return { source, told };
}

t.test('at a terminal it is asked for twice, and never shown', async (t) => {
  const { source, told } = terminal('correct horse\r', 'correct horse\r');
  t.equal(await readNewPassword(source), 'correct horse');
  t.strictSame(told, ['hidden', 'Password: ', '\n', 'Again: ', '\n', 'shown']);
});

t.test(
  'two that differ, and one that is given up, leave nothing and a terminal that shows again',
  async (t) => {
    const differing = terminal('correct horse\r', 'correct horsf\r');
    await t.rejects(readNewPassword(differing.source), {
      message: 'the two are not the same; try again',
    });
    t.equal(differing.told.at(-1), 'shown');
    const givenUp = terminal('corr\u0003');
    await t.rejects(readNewPassword(givenUp.source), { message: 'nothing was changed' });
    t.equal(givenUp.told.at(-1), 'shown');
    const pasted = terminal('correct horse\rcorrect horse\r');
    t.equal(await readNewPassword(pasted.source), 'correct horse');
  },
);

t.test('from a pipe it is the first line', async (t) => {
  for (const [text, line] of [
    ['correct horse\nmore\n', 'correct horse'],
    ['correct horse\r\n', 'correct horse'],
    ['correct horse', 'correct horse'],
    ['', ''],
  ] as const) {
    const input = new PassThrough();
    input.end(text);
    t.equal(await readNewPassword({ input, ask: () => t.fail('nothing is asked for') }), line);
  }
});
