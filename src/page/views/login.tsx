// The log-in: a name and a password, in fields that password managers know.
import { call, CallError, problemOf } from '../api.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/navigation.tsx';
import { problemText } from '../parts/problem-text.ts';
import { useEffect, useRef, useState } from '../preact.ts';
import type { ToldSession } from '../../web/web-routes.ts';
import type { Reader } from '../reader.ts';
import type { Format } from '../words/format.ts';
import type { Words } from '../words/words.ts';

interface LoginProps extends Reader {
  /** Whether somebody was logged in until now. */
  readonly isExpired: boolean;
  readonly onLogin: (session: ToldSession) => void;
}

/** The log-in. */
export function Login({ words, format, language, onLanguage, isExpired, onLogin }: LoginProps) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string | undefined>(isExpired ? words.common.expired : undefined);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    document.title = `${words.login.title} · ${words.title}`;
  }, [words]);
  const submit = () => {
    if (isBusy) return;
    setBusy(true);
    call('POST /session', { user, password }).then(onLogin, (error: unknown) => {
      setBusy(false);
      setFault(faultOf(error, words, format));
      setPassword('');
      form.current?.querySelector<HTMLInputElement>('[name=password]')?.focus();
    });
  };
  return (
    <main class="login">
      <h1>{words.title}</h1>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2>{words.login.title}</h2>
        <div role="alert">{fault !== undefined && <p class="banner error">{fault}</p>}</div>
        <Field
          label={words.login.user}
          name="username"
          autoComplete="username"
          value={user}
          onValue={setUser}
          isRequired
          isCode
        />
        <Field
          label={words.login.password}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onValue={setPassword}
          isRequired
        />
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {isBusy ? words.common.working : words.login.submit}
        </Button>
      </form>
      <LanguageSwitch language={language} label={words.nav.language} onLanguage={onLanguage} />
    </main>
  );
}

function faultOf(error: unknown, words: Words, format: Format): string {
  const problem = problemOf(error);
  if (problem.status === 401) return words.login.wrong;
  if (problem.status !== 429) return problemText(problem, words);
  const seconds = error instanceof CallError ? error.retryAfterSeconds : undefined;
  return seconds === undefined
    ? words.login.tooManySoon
    : words.login.tooMany(format.duration(roundedUp(seconds)));
}

/** Whole minutes once it is more than one: less would be too early. */
function roundedUp(seconds: number): number {
  return seconds < 60 ? Math.max(1, Math.ceil(seconds)) : Math.ceil(seconds / 60) * 60;
}
