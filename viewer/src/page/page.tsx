// SPDX-License-Identifier: MIT
//
// What stands where on the page.
import { type ComponentProps, type ReactElement, useEffect } from 'react';
import { isDark, useSession, useSessionState } from '../session';
import { MapView } from './map_view';
import { Screen } from './screens';

export function Page({ map }: { readonly map: ComponentProps<typeof MapView> }): ReactElement {
  useTheme();
  useTitle();
  return (
    <main className="page">
      <section className="map-area">
        <MapView {...map} />
        <Screen />
      </section>
    </main>
  );
}

function useTheme(): void {
  const dark = useSessionState(isDark);
  useEffect(() => { document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'; }, [dark]);
}

function useTitle(): void {
  const name = useSessionState((state) => state.facts?.title || state.name);
  const session = useSession();
  useEffect(() => {
    document.title = name === '' ? 'Reactor Track' : `${name} – Reactor Track`;
  }, [name, session]);
}
