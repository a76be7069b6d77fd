// SPDX-License-Identifier: MIT
//
// The way from the container of everything to the tile that fills the map; each step leads back out.
import { type ReactElement } from 'react';
import { useAnswer, useSession, useSessionState } from '../session';
import { WORDS } from './words';

export function Breadcrumbs(): ReactElement {
  const session = useSession();
  const drill = useSessionState((state) => state.drill.node ?? 0);
  const crumbs = useAnswer(`crumbs ${drill}`, (core) => core.tree(drill, 0, 1)).value?.crumbs ?? [];
  return (
    <nav className="crumbs" aria-label={WORDS.crumbs}>
      <ol>
        {crumbs.map((crumb, at) => {
          const last = at === crumbs.length - 1;
          return (
            <li key={crumb.node}>
              {last ? <span aria-current="location">{crumb.label}</span>
                : <button type="button" className="link" onClick={() => { void session.drillTo(crumb.node); }}>{crumb.label}</button>}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
