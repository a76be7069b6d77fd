// SPDX-License-Identifier: MIT
//
// A place in the program, "shop/cart.py:40 in checkout". Where there is no room for all of it the path
// is cut, not the line.
import { type ReactElement } from 'react';

export function Place({ of }: { readonly of: string }): ReactElement {
  const [, path = of, line = ''] = /^(.*?)(:\d+(?: in .*)?)$/s.exec(of) ?? [];
  return <span className="place two-parts" title={of}><span className="place-path">{path}</span><span className="place-line">{line}</span></span>;
}
