// The page once somebody is logged in: navigation, the view of the route, notices, and the live status that all share.
import { call, problemOf } from './api.ts';
import { Navigation } from './parts/navigation.tsx';
import { Notices } from './parts/notices.tsx';
import { ShellProvider } from './hooks/shell.ts';
import type { Notice, Shell } from './hooks/shell.ts';
import { problemText } from './parts/problem-text.ts';
import { useLive } from './hooks/use-live.ts';
import { useRoute } from './hooks/use-route.ts';
import { useEffect, useMemo, useState } from './preact.ts';
import type { ToldService } from '../explain/told/services.ts';
import type { Status } from '../status/status.ts';
import type { ToldSession } from '../web/web-routes.ts';
import type { ViewName } from './router.ts';
import { COMPONENTS } from './views/views.ts';
import { Home } from './views/home.tsx';
import type { Reader } from './reader.ts';

interface AppProps extends Reader {
  readonly session: ToldSession;
  readonly onExpired: () => void;
}

/** The page. */
export function App({ session, onExpired, ...reader }: AppProps) {
  const route = useRoute();
  const [status, setStatus] = useState<Status | undefined>(undefined);
  const [notice, setNotice] = useState<Notice | undefined>(undefined);
  const live = useLive({ topics: ['status'] }, (name, value) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as WebEventName says
    if (name === 'status') setStatus(value as Status);
  });
  const services = useServices(live === 'live');
  const { language, locale, words, format } = reader;
  const shell: Shell = useMemo(
    () => ({ session, language, words, format, status, live, services, notify: setNotice, onExpired }),
    [session, language, locale, status, live, services, onExpired],
  );
  const logout = () => {
    call('DELETE /session', {}).then(onExpired, (error: unknown) =>
      setNotice({ kind: 'error', text: problemText(problemOf(error), words) }),
    );
  };
  return (
    <ShellProvider value={shell}>
      <a class="skip" href="#main" onClick={skipToMain}>
        {words.skip}
      </a>
      <header class="header">
        <span class="brand">{words.title}</span>
        <Navigation view={route.view} onLanguage={reader.onLanguage} onLogout={logout} />
      </header>
      <div class="lost" role="status">
        {live === 'lost' && <p>{words.common.lost}</p>}
      </div>
      <main id="main" tabIndex={-1}>
        <Shown view={route.view} params={route.params} />
      </main>
      <Notices notice={notice} words={words} onClose={() => setNotice(undefined)} />
    </ShellProvider>
  );
}

/** The services, asked for once, and again when the server is back where that failed. */
function useServices(isLive: boolean): readonly ToldService[] {
  const [services, setServices] = useState<readonly ToldService[]>([]);
  useEffect(() => {
    if (services.length > 0) return;
    call('GET /services', {}).then(
      (told) => setServices(told.services),
      () => {
        // Until then a service is told by its name.
      },
    );
  }, [isLive]);
  return services;
}

function Shown({
  view,
  params,
}: {
  readonly view: ViewName;
  readonly params: Readonly<Record<string, string>>;
}) {
  const View = COMPONENTS[view] ?? Home;
  return <View key={view} params={params} />;
}

/** The address keeps the route. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
