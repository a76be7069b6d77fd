// SPDX-License-Identifier: MIT
//
// Every command of the page: its menu, its words, its keys, when it can be given and what it does.
// Menus, keyboard and the keys dialog are all made from this table.
import { type Key, keyOf, type KeyPress } from './keys';
import type { Session } from './session';
import { isDark, isShown, type Layout, NO_ZOOM, type SessionState, type Tab, type Weight } from './state';

export type Menu = 'File' | 'Debug' | 'View' | 'Help';
export const MENUS: readonly Menu[] = ['File', 'Debug', 'View', 'Help'];

export interface Command {
  readonly id: string;
  readonly menu: Menu;
  /** Commands of one group stand together in their menu, with a line between groups. */
  readonly group: string;
  readonly title: string;
  /** The first one is shown in the menu. All work. */
  readonly keys: readonly Key[];
  readonly enabled: (state: SessionState) => boolean;
  /** Of a command that is on or off; with `radio`, one of its group is. */
  readonly checked?: (state: SessionState) => boolean;
  readonly radio?: boolean;
  /** Only from its menu or with the focus on the map: its keys mean something else elsewhere. */
  readonly onMap?: boolean;
  readonly run: (session: Session) => void | Promise<void>;
}

const always = (): boolean => true;
const canForward = (s: SessionState): boolean => isShown(s) && s.event < s.eventTotal;
const canBack = (s: SessionState): boolean => isShown(s) && s.event > 0;
const hasDeferred = (s: SessionState): boolean => isShown(s) && s.selection.deferred !== undefined;
const hasNode = (s: SessionState): boolean => isShown(s) && s.selection.node !== undefined;

const hasFindings = (s: SessionState): boolean => isShown(s) && (s.findings?.findings.length ?? 0) > 0;

const FILE: readonly Command[] = [
  {
    id: 'open', menu: 'File', group: 'open', title: 'Open recording…', keys: ['Ctrl+O'],
    enabled: always, run: (s) => { s.page.openFile(); },
  },
  {
    id: 'export-png', menu: 'File', group: 'export', title: 'Export picture as PNG', keys: [],
    enabled: isShown, run: (s) => s.page.exportPicture('png'),
  },
  {
    id: 'export-svg', menu: 'File', group: 'export', title: 'Export picture as SVG', keys: [],
    enabled: isShown, run: (s) => s.page.exportPicture('svg'),
  },
  {
    id: 'copy-link', menu: 'File', group: 'link', title: 'Copy link to this moment', keys: ['c'],
    enabled: isShown, run: (s) => s.page.copyLink(),
  },
];

const DEBUG: readonly Command[] = [
  {
    id: 'next', menu: 'Debug', group: 'step', title: 'Next line', keys: ['Ctrl+N', 'n', '.', 'F10'],
    enabled: canForward, run: (s) => { s.dispatch({ do: 'step', by: 1 }); },
  },
  {
    id: 'previous', menu: 'Debug', group: 'step', title: 'Previous line', keys: ['p', ','],
    enabled: canBack, run: (s) => { s.dispatch({ do: 'step', by: -1 }); },
  },
  {
    id: 'play', menu: 'Debug', group: 'step', title: 'Play', keys: ['Space', 'k'],
    enabled: (s) => s.playing || canForward(s) || (isShown(s) && s.live), checked: (s) => s.playing,
    run: (s) => { s.dispatch({ do: 'play', playing: !s.state.playing }); },
  },
  {
    id: 'next-of-deferred', menu: 'Debug', group: 'deferred', title: 'Next event of this Deferred',
    keys: ['Shift+N'], enabled: (s) => hasDeferred(s) && canForward(s),
    run: (s) => s.find('next-of-deferred', s.state.selection.deferred, 'Nothing more happens to this Deferred'),
  },
  {
    id: 'previous-of-deferred', menu: 'Debug', group: 'deferred',
    title: 'Previous event of this Deferred', keys: ['Shift+P'],
    enabled: (s) => hasDeferred(s) && canBack(s),
    run: (s) => s.find('previous-of-deferred', s.state.selection.deferred, 'Nothing happened to this Deferred before'),
  },
  {
    id: 'run-to-here', menu: 'Debug', group: 'deferred', title: 'Run to here', keys: ['r'],
    enabled: hasNode, run: (s) => s.runToHere(),
  },
  {
    id: 'into', menu: 'Debug', group: 'depth', title: 'Into', keys: ['i', 'F11'],
    enabled: canForward, run: (s) => s.find('into', undefined, 'Nothing deeper runs from here'),
  },
  {
    id: 'out', menu: 'Debug', group: 'depth', title: 'Out', keys: ['o', 'Shift+F11'],
    enabled: canForward, run: (s) => s.find('out', undefined, 'Nothing is running that could be left'),
  },
  {
    id: 'next-failure', menu: 'Debug', group: 'failure', title: 'Next failure', keys: ['f'],
    enabled: canForward, run: (s) => s.find('next-failure', undefined, 'No failure after this event'),
  },
  {
    id: 'previous-failure', menu: 'Debug', group: 'failure', title: 'Previous failure', keys: ['Shift+F'],
    enabled: canBack, run: (s) => s.find('previous-failure', undefined, 'No failure before this event'),
  },
  {
    id: 'next-finding', menu: 'Debug', group: 'finding', title: 'Next finding', keys: ['w', 'F8'],
    enabled: hasFindings, run: (s) => s.stepFinding(1),
  },
  {
    id: 'previous-finding', menu: 'Debug', group: 'finding', title: 'Previous finding', keys: ['Shift+W', 'Shift+F8'],
    enabled: hasFindings, run: (s) => s.stepFinding(-1),
  },
  {
    id: 'start', menu: 'Debug', group: 'ends', title: 'Start', keys: ['Home'],
    enabled: canBack, run: (s) => { s.dispatch({ do: 'go', event: 0 }); },
  },
  {
    id: 'end', menu: 'Debug', group: 'ends', title: 'End', keys: ['End'],
    enabled: canForward, run: (s) => { s.dispatch({ do: 'go', event: s.state.eventTotal }); },
  },
  {
    id: 'follow', menu: 'Debug', group: 'ends', title: 'Follow the end', keys: ['e'],
    enabled: (s) => isShown(s) && s.live, checked: (s) => s.following,
    run: (s) => { s.dispatch({ do: 'follow', following: !s.state.following }); },
  },
];

function layoutCommand(layout: Layout, title: string, key: Key): Command {
  return {
    id: `layout-${layout}`, menu: 'View', group: 'layout', title, keys: [key], radio: true,
    enabled: isShown, checked: (s) => s.layout === layout,
    run: (s) => { s.dispatch({ do: 'layout', layout }); },
  };
}

function weightCommand(weight: Weight, title: string, key: Key): Command {
  return {
    id: `weight-${weight}`, menu: 'View', group: 'weight', title, keys: [key], radio: true,
    enabled: isShown, checked: (s) => s.weight === weight,
    run: (s) => { s.dispatch({ do: 'weight', weight }); },
  };
}

function tabCommand(tab: Tab, title: string, key: Key): Command {
  return {
    id: `tab-${tab}`, menu: 'View', group: 'panel', title, keys: [key],
    enabled: isShown, run: (s) => { s.dispatch({ do: 'tab', tab }); },
  };
}

const VIEW: readonly Command[] = [
  layoutCommand('order', 'In order', '1'),
  layoutCommand('squarified', 'Squarified', '2'),
  weightCommand('count', 'Area: number of callbacks', '3'),
  weightCommand('own', 'Area: time spent in it', '4'),
  weightCommand('wait', 'Area: time waited', '5'),
  {
    id: 'outlines', menu: 'View', group: 'show', title: 'Outlines of what is not yet there', keys: ['h'],
    enabled: isShown, checked: (s) => s.outlines,
    run: (s) => { s.dispatch({ do: 'outlines', outlines: !s.state.outlines }); },
  },
  {
    id: 'dark', menu: 'View', group: 'show', title: 'Dark', keys: ['d'], enabled: always,
    checked: isDark,
    run: (s) => { s.dispatch({ do: 'theme', theme: isDark(s.state) ? 'light' : 'dark' }); },
  },
  {
    id: 'drill-in', menu: 'View', group: 'drill', title: 'Drill in', keys: ['Enter'], onMap: true,
    enabled: (s) => hasNode(s) && s.selection.node !== s.drill.node,
    run: (s) => s.state.selection.node === undefined ? undefined : s.drillTo(s.state.selection.node),
  },
  {
    id: 'drill-out', menu: 'View', group: 'drill', title: 'Drill out', keys: ['Backspace', 'u'],
    enabled: (s) => isShown(s) && s.drill.node !== 0, run: (s) => s.drillOut(),
  },
  {
    id: 'zoom-in', menu: 'View', group: 'zoom', title: 'Zoom in', keys: ['Plus', '='],
    enabled: isShown, run: (s) => { s.dispatch({ do: 'zoom-by', factor: 1.5 }); },
  },
  {
    id: 'zoom-out', menu: 'View', group: 'zoom', title: 'Zoom out', keys: ['-'],
    enabled: (s) => isShown(s) && s.zoom.scale > 1,
    run: (s) => { s.dispatch({ do: 'zoom-by', factor: 1 / 1.5 }); },
  },
  {
    id: 'zoom-all', menu: 'View', group: 'zoom', title: 'Whole map', keys: ['0'],
    enabled: (s) => isShown(s) && s.zoom.scale > 1,
    run: (s) => { s.dispatch({ do: 'zoom', zoom: NO_ZOOM }); },
  },
  {
    id: 'search', menu: 'View', group: 'panel', title: 'Search', keys: ['Ctrl+F', '/'],
    enabled: isShown, run: (s) => { s.page.focusSearch(); },
  },
  {
    id: 'panel', menu: 'View', group: 'panel', title: 'Side panel', keys: ['b'],
    enabled: isShown, checked: (s) => s.panelOpen,
    run: (s) => { s.dispatch({ do: 'panel', open: !s.state.panelOpen }); },
  },
  tabCommand('details', 'Details', 'Alt+1'),
  tabCommand('deferreds', 'Table of Deferreds', 'Alt+2'),
  tabCommand('events', 'Events', 'Alt+3'),
  tabCommand('waits', 'Waits', 'Alt+4'),
  tabCommand('findings', 'Findings', 'Alt+5'),
];

const HELP: readonly Command[] = [
  {
    id: 'keys', menu: 'Help', group: 'help', title: 'Keys', keys: ['?', 'F1'], enabled: always,
    run: (s) => { s.dispatch({ do: 'dialog', dialog: 'keys' }); },
  },
  {
    id: 'legend', menu: 'Help', group: 'help', title: 'Legend', keys: ['g'], enabled: always,
    run: (s) => { s.dispatch({ do: 'dialog', dialog: 'legend' }); },
  },
  {
    id: 'about', menu: 'Help', group: 'about', title: 'About Reactor Track', keys: [], enabled: always,
    run: (s) => { s.dispatch({ do: 'dialog', dialog: 'about' }); },
  },
];

export const COMMANDS: readonly Command[] = [...FILE, ...DEBUG, ...VIEW, ...HELP];

const BY_KEY: ReadonlyMap<Key, Command> =
  new Map(COMMANDS.flatMap((command) => command.keys.map((key) => [key, command] as const)));

export function command(id: string): Command {
  const found = COMMANDS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no command ${id}`);
  return found;
}

/** The command a key press gives, whether it can be given now or not. */
export function commandOf(press: KeyPress): Command | undefined {
  return BY_KEY.get(keyOf(press));
}

/** Gives the command if it can be given now. */
export function give(session: Session, given: Command): void {
  if (!given.enabled(session.state)) return;
  Promise.resolve(given.run(session)).catch((error: unknown) => {
    session.dispatch({ do: 'notice', notice: `${given.title}: ${String(error)}` });
  });
}
