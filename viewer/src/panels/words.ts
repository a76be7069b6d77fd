// SPDX-License-Identifier: MIT
//
// The words of the panels, all of them, for the person who reads the page. Words about what was
// recorded come from core; the names of commands stand in their table (session/commands.ts).
import { count, plural } from './figures';

export const WORDS = {
  product: 'Reactor Track',
  tagline: 'What the Deferreds of a Twisted program did, event by event.',

  // Landmarks and regions, as a screen reader names them.
  menus: 'Menus',
  toolbar: 'Stepping',
  present: 'Present event',
  timeline: 'Timeline',
  map: 'Map',
  tree: 'Tiles of the map',
  crumbs: 'Path to the tile that fills the map',
  side: 'Panels',
  status: 'State of the recording',
  legend: 'Legend',
  executing: 'executing',
  resize: 'Width of the side panel',

  // The present event.
  eventNumber: 'Number of the present event',
  beforeFirst: 'Before the first event. Nothing has happened yet.',
  copyLine: 'Copy the line',
  copied: 'Copied',
  speed: 'Events a second while playing',

  // Search.
  search: 'Search names, types, places, #12',
  searchLabel: 'Search the map',
  clearSearch: 'End the search',

  // The side panel.
  tabDetails: 'Details',
  tabDeferreds: 'Deferreds',
  tabEvents: 'Events',
  tabWaits: 'Waits',
  nothingSelected: 'Nothing is selected.',
  selectHint: 'Click a tile of the map, or choose a row in the table of Deferreds.',
  rootSelected: 'The container of everything that was recorded is selected. It is no Deferred.',
  notYet: 'It is created later.',
  loading: 'Reading…',
  noAnswer: 'This could not be read',
  life: 'Life',
  callbacks: 'Callback pairs',
  noCallbacks: 'Nothing was attached to it.',
  waitsFor: 'Waits for',
  waitsForNothing: 'It waits for nothing now.',
  whoWaits: 'Who waits for it',
  nobodyWaits: 'Nobody waits for it now.',
  history: 'History',
  created: 'created',
  fired: 'fired',
  collected: 'collected',
  coroutine: 'result of',
  canceller: 'canceller',
  address: 'id()',
  age: 'age',
  ownTime: 'own time',
  waitTime: 'wait time',
  notFired: 'not by now',
  stillThere: 'not by now',
  stack: 'Stack',
  noStack: 'No stack was recorded for it.',
  innermostFirst: 'innermost first',
  started: 'started',
  finished: 'ended',
  attached: 'attached',
  pairAttached: 'has not run',
  pairPassed: 'passed over: nothing on the side that was taken',
  pairRunning: 'running now',
  pairFinished: 'finished',
  copyStack: 'Copy the stack',
  copySite: 'Copy the place',
  pathToBottom: 'Path to the bottom',
  cycle: 'The path comes back to itself: these wait for each other and none can go on.',
  bottom: 'This is the bottom: it waits for nothing else that was recorded.',
  longestWaits: 'Waiting now, the longest first',
  nothingWaits: 'No Deferred waits for another at this event.',

  // Tables.
  filter: 'Filter',
  filterLabel: 'Filter the table of Deferreds',
  anyState: 'every state',
  stateLabel: 'Only Deferreds in this state',
  noRows: 'No Deferred is like that at this event.',
  noDeferreds: 'No Deferred exists at this event.',
  noEvents: 'There are no events.',

  // Screens without a recording.
  dropTitle: 'Open a recording',
  dropHint: 'Drop a file here, or choose one: an .rtlog recording, or the JSON lines of 2013 (mon.out).',
  dropNow: 'Let go to open it',
  choose: 'Choose a file…',
  howToRecord: 'To make one:',
  recordCommand: 'reactortrack run app.py',
  private: 'The file stays on this computer. The page talks to no network.',
  readingTitle: 'Reading',
  failedAgain: 'Open another file…',

  // Dialogs.
  close: 'Close',
  keysTitle: 'Keys',
  keysHint: 'Letters work wherever no text is being typed. Menus, tabs and tables have the keys they have everywhere.',
  keysInTab: 'In a tab the browser keeps Ctrl+N for itself and opens a new window: use N. '
    + 'In the app window that monitor2map opens, Ctrl+N works too.',
  menuInTab: 'Ctrl+N is the browser’s in a tab; it steps in an app window.',
  keysInApp: 'This is an app window: Ctrl+N works, as it did in 2013.',
  command: 'Command',
  keysColumn: 'Keys',
  mapKeys: 'On the map',
  mapKeysRows: [
    ['Into a tile, out of it', '→, ←'],
    ['Next and previous tile beside it', '↓, ↑'],
    ['Make the selected tile the whole map', 'Enter'],
    ['Zoom', 'wheel'],
    ['Move the zoomed map', 'drag'],
    ['Drill in', 'double click'],
  ],
  legendTitle: 'Legend',
  legendStates: 'States',
  legendMarks: 'Marks',
  aboutTitle: 'About Reactor Track',
  aboutText: 'The map draws each Deferred as a tile with its callback pairs inside, in order. A Deferred '
    + 'that another one waits for stands inside it. The state of each is that after the present '
    + 'event, and every event can be stepped to, forwards and backwards.',
  aboutPrivacy: 'Everything is read inside this page. Nothing is sent anywhere.',
  recordedWith: 'This recording',
} as const;

/** Of the info keys of a recording, the ones people ask about, in order. */
export const INFO_WORDS: readonly (readonly [key: string, word: string])[] = [
  ['command', 'command'], ['executable', 'run by'], ['pid', 'process'], ['python', 'Python'],
  ['twisted', 'Twisted'], ['reactortrack', 'reactortrack'], ['engine', 'engine'],
  ['engine_note', 'note'], ['stack_depth', 'frames of a stack'], ['clock', 'clock'],
];

export const SIDE_WORDS = {
  deferred: '#', label: 'Name', state: 'State', age: 'Age', own: 'Own', wait: 'Waits', waiting_on: 'On',
  site: 'Created', number: 'Event', time: 'Time', action: 'What', subject: 'Of', detail: 'Detail', place: 'Place',
} as const;

export function ofTotal(total: number): string {
  return `of ${count(total)}`;
}

/** The position on the timeline, as a screen reader says it. */
export function eventText(event: number, total: number, time: string | undefined): string {
  return `event ${count(event)} of ${count(total)}${time === undefined || time === '' ? '' : `, ${time} s`}`;
}

export function lostText(lost: number): string {
  return `${plural(lost, 'event')} lost`;
}

export function strangeText(strange: number): string {
  return `${plural(strange, 'event')} fit no state`;
}

/** The error that ended the reading; what came before it is shown. */
export function brokenText(place: string, cause: string): string {
  return `read up to ${place}: ${cause}`;
}

export function growingText(events: number): string {
  return `growing, ${plural(events, 'event')} so far`;
}

export function foundText(found: number | undefined): string {
  return found === undefined ? 'searching…' : found === 0 ? 'not found' : `${count(found)} found`;
}

export function shownOf(shown: number, total: number, thing: string): string {
  return shown < total ? `the first ${count(shown)} of ${plural(total, thing)}` : plural(total, thing);
}

export function warningText(place: string, cause: string, more: number): string {
  return `${place}: ${cause}${more > 0 ? `, and ${plural(more, 'place')} more` : ''}`;
}
