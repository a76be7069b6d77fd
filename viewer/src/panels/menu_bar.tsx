// SPDX-License-Identifier: MIT
//
// The menus, made from the table of commands. Each entry shows the key that works here.
import { Fragment, type ReactElement, useRef } from 'react';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Menubar } from '@base-ui/react/menubar';
import { type Command, COMMANDS, give, type Menu, MENUS, useSession, useSessionState } from '../session';
import { useAppWindow } from './app_window';
import { CheckIcon, DotIcon } from './icons';
import { ariaKeys, keyHere } from './keys_here';
import { groupsOf } from './menu_groups';
import { WORDS } from './words';

export function MenuBar(): ReactElement {
  // Open menus stand in the same landmark as their names.
  const bar = useRef<HTMLElement>(null);
  return (
    <nav ref={bar} aria-label={WORDS.menus}>
      <Menubar className="menubar">
        {MENUS.map((menu) => (
          <BaseMenu.Root key={menu}>
            <BaseMenu.Trigger className="menu-trigger">{menu}</BaseMenu.Trigger>
            <BaseMenu.Portal container={bar}>
              <BaseMenu.Positioner className="menu-positioner" sideOffset={2} align="start">
                <BaseMenu.Popup className="menu"><Entries menu={menu} /></BaseMenu.Popup>
              </BaseMenu.Positioner>
            </BaseMenu.Portal>
          </BaseMenu.Root>
        ))}
      </Menubar>
    </nav>
  );
}

function Entries({ menu }: { readonly menu: Menu }): ReactElement {
  const appWindow = useAppWindow();
  return (
    <>
      {groupsOf(COMMANDS.filter((each) => each.menu === menu)).map((group, at) => (
        <Fragment key={group[0]?.id ?? at}>
          {at === 0 ? null : <BaseMenu.Separator className="menu-separator" />}
          <BaseMenu.Group>
            {group.map((each) => <Entry key={each.id} command={each} appWindow={appWindow} />)}
          </BaseMenu.Group>
        </Fragment>
      ))}
      {menu === 'Debug' && !appWindow ? <p className="menu-note">{WORDS.menuInTab}</p> : null}
    </>
  );
}

function Entry({ command, appWindow }: { readonly command: Command; readonly appWindow: boolean }): ReactElement {
  const session = useSession();
  const enabled = useSessionState(command.enabled);
  const checked = useSessionState((state) => command.checked?.(state));
  const keys = ariaKeys(command.keys, appWindow);
  const shared = {
    className: 'menu-item', disabled: !enabled, ...(keys === '' ? {} : { 'aria-keyshortcuts': keys }),
    onClick: () => { give(session, command); },
  };
  const inside = (
    <>
      <span className="menu-title">{command.title}</span>
      <kbd aria-hidden="true">{keyHere(command.keys, appWindow)}</kbd>
    </>
  );
  if (checked === undefined) return <BaseMenu.Item {...shared}><span className="menu-mark" />{inside}</BaseMenu.Item>;
  // The session says what is checked; the click above is what changes it.
  return (
    <BaseMenu.CheckboxItem {...shared} checked={checked} closeOnClick>
      <span className="menu-mark">
        <BaseMenu.CheckboxItemIndicator>{command.radio === true ? <DotIcon /> : <CheckIcon />}</BaseMenu.CheckboxItemIndicator>
      </span>
      {inside}
    </BaseMenu.CheckboxItem>
  );
}
