// SPDX-License-Identifier: MIT
//
// Puts a text on the clipboard and says so.
import { type ReactElement } from 'react';
import { useSession } from '../session';
import { CopyIcon } from './icons';
import { WORDS } from './words';

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const session = useSession();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      session.dispatch({ do: 'notice', notice: WORDS.copied });
    } catch (error) {
      session.dispatch({ do: 'notice', notice: `${label}: ${String(error)}` });
    }
  };
  return (
    <button type="button" className="icon-button small" aria-label={label} title={label} onClick={() => { void copy(); }}>
      <CopyIcon />
    </button>
  );
}
