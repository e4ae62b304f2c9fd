// The way from view to view: on a phone the usual ones at the foot and the others behind More, else all in a row at the head.
import { useEffect, useState } from '../preact.ts';
import { toHash } from '../router.ts';
import type { ViewName } from '../router.ts';
import { viewsOf } from '../model/rights.ts';
import { LANGUAGES } from '../words/words.ts';
import type { Language } from '../words/words.ts';
import { useShell } from '../hooks/shell.ts';

/** How many stand at the foot of a phone. */
const USUAL = 3;

interface NavigationProps {
  readonly view: ViewName;
  readonly onLanguage: (language: Language) => void;
  readonly onLogout: () => void;
}

/** The navigation. */
export function Navigation({ view, onLanguage, onLogout }: NavigationProps) {
  const { session, words } = useShell();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [view]);
  const views = viewsOf(session);
  const linkTo = (name: ViewName) => (
    <li key={name}>
      <a href={toHash(name)} aria-current={name === view ? 'page' : undefined} onClick={() => setOpen(false)}>
        {words.nav[name]}
      </a>
    </li>
  );
  return (
    <nav
      class="nav"
      aria-label={words.nav.label}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
    >
      <ul class="nav-usual">
        {views.slice(0, USUAL).map(linkTo)}
        <li class="nav-more">
          <button
            type="button"
            class={views.indexOf(view) >= USUAL ? 'current' : undefined}
            aria-expanded={isOpen}
            aria-controls="nav-rest"
            onClick={() => setOpen(!isOpen)}
          >
            {words.nav.more}
          </button>
        </li>
      </ul>
      <div id="nav-rest" class={isOpen ? 'nav-rest open' : 'nav-rest'}>
        <ul>{views.slice(USUAL).map(linkTo)}</ul>
        <Account onLanguage={onLanguage} onLogout={onLogout} />
      </div>
    </nav>
  );
}

function Account({ onLanguage, onLogout }: Omit<NavigationProps, 'view'>) {
  const { session, words, language } = useShell();
  return (
    <div class="account">
      <LanguageSwitch language={language} label={words.nav.language} onLanguage={onLanguage} />
      {session.user !== undefined && (
        <>
          <span class="who">{words.nav.loggedIn(session.user, words.nav.role[session.role])}</span>
          <button type="button" class="button quiet" onClick={onLogout}>
            {words.nav.logout}
          </button>
        </>
      )}
    </div>
  );
}

interface LanguageSwitchProps {
  readonly language: Language;
  readonly label: string;
  readonly onLanguage: (language: Language) => void;
}

/** A choice of languages, each by its own name. */
export function LanguageSwitch({ language, label, onLanguage }: LanguageSwitchProps) {
  return (
    <select
      class="input language"
      aria-label={label}
      value={language}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        if (chosen === 'en' || chosen === 'de') onLanguage(chosen);
      }}
    >
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
