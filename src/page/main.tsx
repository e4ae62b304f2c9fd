// Starts the page: finds out who is logged in and in which language it speaks, and shows the log-in or the app.
import { call, CallError, problemOf } from './api.ts';
import { App } from './app.tsx';
import { keep, readKept } from './hooks/kept.ts';
import { problemText } from './parts/problem-text.ts';
import { render, useCallback, useEffect, useMemo, useState } from './preact.ts';
import type { Problem, ToldSession } from '../web/web-routes.ts';
import type { Reader } from './reader.ts';
import { Login } from './views/login.tsx';
import { formatFor } from './words/format.ts';
import { languageOf, localeOf, wordsOf } from './words/words.ts';

/** What is known of the session: undefined while it is asked for. */
type Known =
  { readonly session: ToldSession } | { readonly login: 'first' | 'expired' } | { readonly problem: Problem };

/** A server that cannot be reached is asked again after this many milliseconds. */
const AGAIN_MS = 3000;

function Page() {
  const [known, setKnown] = useState<Known | undefined>(undefined);
  const reader = useReader(known !== undefined && 'session' in known ? known.session.timeZone : '');
  useEffect(() => {
    if (known !== undefined && !('problem' in known)) return undefined;
    const timer = setTimeout(() => askSession(setKnown), known === undefined ? 0 : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [known]);
  const onExpired = useCallback(() => setKnown({ login: 'expired' }), []);
  if (known === undefined) return <p class="state busy start">{reader.words.common.loading}</p>;
  if ('session' in known) return <App {...reader} session={known.session} onExpired={onExpired} />;
  if ('login' in known)
    return (
      <Login {...reader} isExpired={known.login === 'expired'} onLogin={(session) => setKnown({ session })} />
    );
  return (
    <main class="login">
      <h1>{reader.words.title}</h1>
      <p role="alert" class="banner error">
        {problemText(known.problem, reader.words)}
      </p>
    </main>
  );
}

function askSession(onKnown: (known: Known) => void): void {
  call('GET /session', {}).then(
    (session) => onKnown({ session }),
    (error: unknown) => {
      const isUnknown = error instanceof CallError && error.problem.status === 401;
      onKnown(isUnknown ? { login: 'first' } : { problem: problemOf(error) });
    },
  );
}

/** The reader; a chosen language is kept. */
function useReader(timeZone: string): Reader {
  const preferred = navigator.languages;
  const [language, setLanguage] = useState(() => languageOf(readKept('language'), preferred));
  const locale = localeOf(language, preferred);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const format = useMemo(() => formatFor(locale, timeZone), [locale, timeZone]);
  return {
    language,
    locale,
    words: wordsOf(language),
    format,
    onLanguage: (chosen) => {
      keep('language', chosen);
      setLanguage(chosen);
    },
  };
}

const root = document.getElementById('page');
if (root !== null) render(<Page />, root);
