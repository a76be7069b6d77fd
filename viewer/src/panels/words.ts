// SPDX-License-Identifier: MIT
//
// The words of the panels, all of them, for the person who reads the page. Words about what was
// recorded come from core; the names of commands stand in their table (session/commands.ts).
import type { BlockedStretch, FindingsPage, ReactorFacts, Turn, WaitTreeRow } from '../session';
import { duration, nanoseconds } from '../session';
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
  tabFindings: 'Findings',
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
  awaitedBy: 'awaited by',
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
  longestWaits: 'Waiting now, the longest first',
  waitTree: 'Who waits for what at the end',
  nobodyWaitsAtEnd: 'Nobody waits at the end of this recording.',
  treeCutOff: 'There are more; reactortrack waits prints all of them.',
  asleep: 'The recording breaks off while the reactor sleeps, with nothing scheduled: how long they have waited since, it does not say.',
  ring: 'A ring: it waits for one above it.',
  toldAbove: 'What it waits for stands further up.',

  // Findings.
  looking: 'Looking for what is wrong…',
  lookedUpTo: 'The recording grows. Looked at up to event',
  nothingFound: 'Nothing found.',
  nothingFoundHint: 'Nothing of what is looked for shows in this recording: no Deferred that will never fire, no failure '
    + 'that nobody handled, no wait in a circle, no callback that blocked the reactor.',
  kindLabel: 'Only findings of this kind',
  anyKind: 'every kind',
  severities: { error: 'Errors', warning: 'Warnings', info: 'Worth knowing' },
  places: 'Places',
  alike: 'alike',
  showMore: 'Show more',
  showFindings: 'Show what was found',
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

export function lookedText(done: number, pieces: number): string {
  return `${WORDS.looking} ${count(done)} of ${count(pieces)}`;
}

/** "2 errors, 1 warning, 3 worth knowing". */
export function foundSummary({ errors, warnings, infos }: FindingsPage): string {
  const parts = [
    errors === 0 ? '' : plural(errors, 'error'), warnings === 0 ? '' : plural(warnings, 'warning'),
    infos === 0 ? '' : `${count(infos)} worth knowing`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? WORDS.nothingFound : parts.join(', ');
}

/** "waits 900 ms, at shop/cart.py:40 in checkout: await". */
export function waitText(row: WaitTreeRow, asleep: boolean): string {
  const long = row.over ? 'was made' : asleep ? 'waits' : `waits ${duration(nanoseconds(row.age_ns))}`;
  return `${long}${row.place === '' ? '' : `, at ${row.place}`}${row.how === '' ? '' : `: ${row.how}`}`;
}

/** What the strip shows as a whole. */
export function reactorText(reactor: ReactorFacts | undefined): string {
  if (reactor === undefined) return 'Reactor';
  const busy = Number(nanoseconds(reactor.busy_ns));
  const all = busy + Number(nanoseconds(reactor.polled_ns));
  const share = all === 0 ? 0 : Math.round((100 * busy) / all);
  const blocked = reactor.blocked.length === 0 ? `never blocked for ${duration(nanoseconds(reactor.limit_ns))}`
    : `blocked ${plural(reactor.blocked.length, 'time')}`;
  return `Reactor: ${plural(reactor.turn_count, 'turn')}, busy for ${share} % of the time, ${blocked}`;
}

export function blockedText({ stretches }: { readonly stretches: readonly BlockedStretch[] }): string {
  const longest = stretches[0];
  if (longest === undefined) return '';
  const by = longest.culprit === '' ? 'code that is not a recorded callback' : longest.culprit;
  const late = longest.late === 0 ? '' : `; ${plural(longest.late, 'delayed call')} late`;
  const more = stretches.length === 1 ? '' : `; and ${plural(stretches.length - 1, 'shorter one')}`;
  return `blocked for ${longest.length} by ${by}${late}${more}`;
}

export function turnText(turn: Turn): string {
  return `turn, busy ${duration(nanoseconds(turn.busy_ns))}, then polled ${duration(nanoseconds(turn.polled_ns))}`
    + (turn.calls === 0 ? '' : `, ${plural(turn.calls, 'delayed call')}`);
}

export function bucketText([thousandths, turns, calls]: ReactorFacts['buckets'][number]): string {
  return `busy ${Math.round(thousandths / 10)} %, ${plural(turns, 'turn')}${calls === 0 ? '' : `, ${plural(calls, 'delayed call')}`}`;
}
