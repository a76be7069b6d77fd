// SPDX-License-Identifier: MIT
//
// Keys, legend, about.
import { type ReactElement, type ReactNode } from 'react';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { COMMANDS, type Dialog, MENUS, shownKey, useSession, useSessionState } from '../session';
import { useAppWindow } from './app_window';
import { CloseIcon, MarkIcon } from './icons';
import { worksInTab } from './keys_here';
import { LegendTable } from './legend';
import { INFO_WORDS, WORDS } from './words';

export function Dialogs(): ReactElement {
  return (
    <>
      <DialogFrame dialog="keys" title={WORDS.keysTitle}><Keys /></DialogFrame>
      <DialogFrame dialog="legend" title={WORDS.legendTitle}><LegendTable /></DialogFrame>
      <DialogFrame dialog="about" title={WORDS.aboutTitle}><About /></DialogFrame>
    </>
  );
}

function DialogFrame({ dialog, title, children }: {
  readonly dialog: Dialog; readonly title: string; readonly children: ReactNode;
}): ReactElement {
  const session = useSession();
  const open = useSessionState((state) => state.dialog === dialog);
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => { if (!next) session.dispatch({ do: 'dialog', dialog: undefined }); }}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="backdrop" />
        <BaseDialog.Popup className={`dialog dialog-${dialog}`}>
          <header>
            <BaseDialog.Title>{title}</BaseDialog.Title>
            <BaseDialog.Close className="icon-button" aria-label={WORDS.close}><CloseIcon /></BaseDialog.Close>
          </header>
          <div className="dialog-body" tabIndex={0} role="region" aria-label={title}>{children}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

function Keys(): ReactElement {
  const appWindow = useAppWindow();
  return (
    <>
      <p>{appWindow ? WORDS.keysInApp : WORDS.keysInTab}</p>
      <p>{WORDS.keysHint}</p>
      <div className="keys">
        {MENUS.map((menu) => (
          <KeyTable
            key={menu} title={menu}
            rows={COMMANDS.filter((each) => each.menu === menu && each.keys.length > 0)
              .map((each) => [each.title, each.keys.filter((key) => appWindow || worksInTab(key)).map(shownKey)])}
          />
        ))}
        <KeyTable title={WORDS.mapKeys} rows={WORDS.mapKeysRows.map(([what, key]) => [what, key.split(', ')])} />
      </div>
    </>
  );
}

function KeyTable({ title, rows }: {
  readonly title: string; readonly rows: readonly (readonly [what: string, keys: readonly string[]])[];
}): ReactElement {
  return (
    <table>
      <caption>{title}</caption>
      <thead className="for-readers"><tr><th>{WORDS.command}</th><th>{WORDS.keysColumn}</th></tr></thead>
      <tbody>
        {rows.map(([what, keys]) => (
          <tr key={what}><th scope="row">{what}</th><td>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

function About(): ReactElement {
  const facts = useSessionState((state) => state.facts);
  const known = INFO_WORDS.flatMap(([key, word]) => {
    const value = facts?.info[key];
    return value === undefined || value === '' ? [] : [[word, value] as const];
  });
  return (
    <>
      <p className="about-lead"><MarkIcon /> {WORDS.tagline}</p>
      <p>{WORDS.aboutText}</p>
      <p>{WORDS.aboutPrivacy}</p>
      {known.length === 0 ? null : (
        <>
          <h3>{WORDS.recordedWith}</h3>
          <dl className="facts">
            {known.map(([word, value]) => <div key={word} className="fact"><dt>{word}</dt><dd>{value}</dd></div>)}
          </dl>
        </>
      )}
    </>
  );
}
