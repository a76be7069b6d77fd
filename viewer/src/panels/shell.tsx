// SPDX-License-Identifier: MIT
//
// The page around the map: menus and search, the present event, the timeline, the side panel and
// the status line, with the map in the middle.
//
//   <SessionProvider value={session}>
//     <Shell map={<MapView ... />} />
//   </SessionProvider>
//
// The shell holds the map's tab stop (a tree for the keyboard and screen readers, map_tree.tsx), so
// the map itself is for the pointer only. It carries data-map, for the keys that mean something there.
import { type HTMLAttributes, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { isDark, useSessionState } from '../session';
import { Announcer } from './announcer';
import { Breadcrumbs } from './breadcrumbs';
import { Dialogs } from './dialogs';
import { EventBar } from './event_bar';
import { MarkIcon } from './icons';
import { LegendProvider, LegendStrip } from './legend';
import { MapTree } from './map_tree';
import { MenuBar } from './menu_bar';
import { PresentEventProvider } from './present_event';
import { ReactorStrip } from './reactor_strip';
import { Screen } from './screens';
import { Scrubber } from './scrubber';
import { SearchField } from './search_field';
import { SidePanel } from './side_panel';
import { StatusLine } from './status_line';
import { WORDS } from './words';
import './shell.css';
import './panels.css';

export interface ShellProps {
  /** The map's canvases. Kept in the page at all times: a canvas given to a worker can't be made anew. */
  readonly map: ReactNode;
}

export function Shell({ map }: ShellProps): ReactElement {
  const shown = useSessionState((state) => state.phase === 'ready');
  // Known with the recording, so that the map is laid out once.
  const hasTurns = useSessionState((state) => (state.facts?.turns ?? 0) > 0);
  const dark = useSessionState(isDark);
  const drag = useDragOver();
  useEffect(() => { document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'; }, [dark]);
  return (
    <LegendProvider>
      <div className="shell" {...drag.handlers}>
        <Head />
        {shown ? (
          <PresentEventProvider>
            <section aria-label={WORDS.present}><EventBar /><Scrubber />{hasTurns ? <ReactorStrip /> : null}</section>
            <Announcer />
          </PresentEventProvider>
        ) : null}
        <main className="middle"><Middle map={map} /></main>
        {shown ? <StatusLine /> : null}
        {drag.over ? <div className="drop-over" aria-hidden="true">{WORDS.dropNow}</div> : null}
        <Dialogs />
      </div>
    </LegendProvider>
  );
}

function Middle({ map }: ShellProps): ReactElement {
  const shown = useSessionState((state) => state.phase === 'ready');
  const panelOpen = useSessionState((state) => state.panelOpen);
  return (
    <Group className="middle-parts" orientation="horizontal">
      <Panel id="map" minSize="320px"><MapRegion map={map} shown={shown} /></Panel>
      {shown && panelOpen ? (
        <>
          <Separator className="splitter" aria-label={WORDS.resize} />
          <Panel id="side" defaultSize="420px" minSize="280px" maxSize="70%" groupResizeBehavior="preserve-pixel-size">
            <section className="side" aria-label={WORDS.side}><SidePanel /></section>
          </Panel>
        </>
      ) : null}
    </Group>
  );
}

function Head(): ReactElement {
  return (
    <header className="head">
      <span className="brand" title={WORDS.product}><MarkIcon /><span className="for-readers">{WORDS.product}</span></span>
      <MenuBar />
      <Title />
      <SearchField />
    </header>
  );
}

/** What was recorded, or the product's name before anything is opened; the page's title too. */
function Title(): ReactElement {
  const name = useSessionState((state) => state.name);
  const command = useSessionState((state) => state.facts?.title ?? '');
  const told = command === '' ? name : command;
  useEffect(() => { document.title = told === '' ? WORDS.product : `${told} – ${WORDS.product}`; }, [told]);
  return <p className="title" title={told}>{told === '' ? WORDS.product : told}</p>;
}

function MapRegion({ map, shown }: { readonly map: ReactNode; readonly shown: boolean }): ReactElement {
  const region = useRef<HTMLDivElement>(null);
  const focusTree = (): void => {
    region.current?.querySelector<HTMLElement>('[data-map-focus]')?.focus({ preventScroll: true });
  };
  return (
    <section className="map-region" aria-label={WORDS.map}>
      {shown ? <h1 className="for-readers">{WORDS.map}</h1> : null}
      {shown ? <Breadcrumbs /> : null}
      <div ref={region} className="map-frame" data-map onPointerUp={shown ? focusTree : undefined}>
        {shown ? <MapTree /> : null}
        {/* Never rebuilt, only hidden. */}
        <div className="map-holder" style={shown ? undefined : { visibility: 'hidden' }}>{map}</div>
        <Screen />
      </div>
      {shown ? <LegendStrip /> : null}
    </section>
  );
}

/** A file is held over the page; dropping it is the page's affair. */
function useDragOver(): { readonly over: boolean; readonly handlers: HTMLAttributes<HTMLElement> } {
  const [over, setOver] = useState(false);
  return {
    over,
    handlers: {
      onDragOver: (event) => { if (event.dataTransfer.types.includes('Files')) setOver(true); },
      onDragLeave: (event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) setOver(false);
      },
      onDrop: () => { setOver(false); },
    },
  };
}
