// SPDX-License-Identifier: MIT
//
// The tabs beside the map. Only the tab in sight is built, so the others ask core nothing.
import { type ReactElement } from 'react';
import { Tabs } from '@base-ui/react/tabs';
import { type Tab, useSession, useSessionState } from '../session';
import { DeferredsTable } from './deferreds_table';
import { Details } from './details';
import { EventsTable } from './events_table';
import { badgeOf } from './finding_groups';
import { Findings } from './findings';
import { Waits } from './waits';
import { foundSummary, WORDS } from './words';
import { count } from './figures';

const TABS: readonly (readonly [tab: Tab, title: string])[] = [
  ['details', WORDS.tabDetails], ['findings', WORDS.tabFindings], ['deferreds', WORDS.tabDeferreds], ['events', WORDS.tabEvents], ['waits', WORDS.tabWaits],
];

export function SidePanel(): ReactElement {
  const session = useSession();
  const tab = useSessionState((state) => state.tab);
  return (
    <Tabs.Root
      className="tabs" value={tab}
      onValueChange={(next) => {
        const found = TABS.find(([each]) => each === next)?.[0];
        if (found !== undefined) session.dispatch({ do: 'tab', tab: found });
      }}
    >
      <Tabs.List className="tab-list" aria-label={WORDS.side}>
        {TABS.map(([each, title]) => (
          <Tabs.Tab key={each} value={each} className="tab">{title}{each === 'findings' ? <Badge /> : null}</Tabs.Tab>
        ))}
        <Tabs.Indicator className="tab-indicator" />
      </Tabs.List>
      <Tabs.Panel value="details" className="tab-panel scrolls"><Details /></Tabs.Panel>
      <Tabs.Panel value="findings" className="tab-panel scrolls"><Findings /></Tabs.Panel>
      <Tabs.Panel value="deferreds" className="tab-panel"><DeferredsTable /></Tabs.Panel>
      <Tabs.Panel value="events" className="tab-panel"><EventsTable /></Tabs.Panel>
      <Tabs.Panel value="waits" className="tab-panel scrolls"><Waits /></Tabs.Panel>
    </Tabs.Root>
  );
}

/** How many findings there are; of errors and warnings, if there are any. */
function Badge(): ReactElement | null {
  const findings = useSessionState((state) => state.findings);
  const badge = badgeOf(findings);
  if (findings === undefined || badge === undefined) return null;
  return (
    <>
      {' '}<span className={`badge severity-${badge.severity}`} title={foundSummary(findings)}>{count(badge.count)}</span>
    </>
  );
}
