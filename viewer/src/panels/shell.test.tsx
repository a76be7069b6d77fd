// @vitest-environment jsdom
// SPDX-License-Identifier: MIT
//
// The panels as a person meets them: by role and name, with mouse and keyboard. jsdom lays nothing
// out, so sizes are given below; how it looks and how browsers scroll it is for browser tests.
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RecordingFacts, Session, SessionProvider } from '../session';
import { SampleCore } from './sample_core';
import { sampleFindings } from './sample_diagnosis';
import { Shell } from './shell';

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });  // a busy machine takes more than the usual second
const TOTAL = 10_000_000;

beforeAll(() => {
  document.documentElement.lang = 'en';
  globalThis.ResizeObserver = class { observe(): void {} unobserve(): void {} disconnect(): void {} };
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 464 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 600 });
  HTMLCanvasElement.prototype.getContext = (() => null) as typeof HTMLCanvasElement.prototype.getContext;
  HTMLElement.prototype.setPointerCapture = () => undefined;
  HTMLElement.prototype.hasPointerCapture = () => false;
});

let core: SampleCore;
let session: Session;
const openFile = vi.fn();

beforeEach(() => {
  openFile.mockReset();
  core = new SampleCore(TOTAL, TOTAL / 10);
  session = new Session(core, { openFile, async exportPicture() {}, async copyLink() {}, focusSearch() {} });
  render(<SessionProvider value={session}><Shell map={<canvas data-testid="canvas" />} /></SessionProvider>);
});
afterEach(cleanup);

async function show(changes: Partial<RecordingFacts> = {}, ended = true): Promise<void> {
  await act(async () => {
    session.dispatch({ do: 'open', name: 'shop.rtlog', live: !ended });
    session.dispatch({ do: 'size', size: { width: 600, height: 400, ratio: 1 } });
    session.dispatch({ do: 'read', facts: { ...core.facts(), ...changes }, ended });
  });
}

async function go(event: number): Promise<void> {
  await act(async () => { session.dispatch({ do: 'go', event }); });
}

async function violations(): Promise<readonly string[]> {
  // Colours need a real browser's layout.
  const found = await axe.run(document.documentElement, { rules: { 'color-contrast': { enabled: false } } });
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

describe('without a recording', () => {
  it('a file can be chosen', () => {
    fireEvent.click(screen.getByRole('button', { name: 'Choose a file…' }));
    expect(openFile).toHaveBeenCalledOnce();
  });

  it('reading shows how far it is', async () => {
    await act(async () => {
      session.dispatch({ do: 'open', name: 'shop.rtlog', live: false });
      session.dispatch({ do: 'progress', progress: { bytesRead: 16_000_000, bytesTotal: 64_000_000, events: 2_500_000 } });
    });
    expect(screen.getByRole('progressbar', { name: 'Reading shop.rtlog' }).getAttribute('aria-valuenow')).toBe('25');
    expect(screen.getByText('16.0 MB of 64.0 MB, 2,500,000 events')).toBeTruthy();
  });

  it('what went wrong is said, and another file can be opened', async () => {
    await act(async () => {
      session.dispatch({ do: 'fail', failure: { title: 'notes.txt can’t be read', detail: 'At byte 0: no recording.' } });
    });
    expect(screen.getByRole('alert').textContent).toContain('At byte 0: no recording.');
    fireEvent.click(screen.getByRole('button', { name: 'Open another file…' }));
    expect(openFile).toHaveBeenCalledOnce();
  });

  it('the map’s canvas stays the same element throughout', async () => {
    const canvas = screen.getByTestId('canvas');
    await show();
    expect(screen.getByTestId('canvas')).toBe(canvas);
  });
});

describe('the present event', () => {
  it('is shown with its line, its number and a sentence', async () => {
    await show();
    expect(screen.getByText(/^Before the first event/)).toBeTruthy();
    await go(97);
    const bar = screen.getByRole('region', { name: 'Present event' });
    await waitFor(() => { expect(bar.querySelector('code')?.textContent).toContain('"action":"finished"'); });
    expect(within(bar).getByRole<HTMLInputElement>('textbox', { name: 'Number of the present event' }).value).toBe('97');
    expect(bar.textContent).toContain('of 10,000,000');
    expect(bar.textContent).toContain('#680 finished Shop.store raised OutOfStock');
  });

  it('changes when a number is typed', async () => {
    await show();
    const field = screen.getByRole('textbox', { name: 'Number of the present event' });
    fireEvent.change(field, { target: { value: '5,000,000' } });
    await act(async () => { fireEvent.submit(field); });
    expect(session.state.event).toBe(5_000_000);
  });

  it('is a slider on the timeline', async () => {
    await show();
    await go(10);
    const slider = screen.getByRole('slider', { name: 'Timeline' });
    await waitFor(() => { expect(slider.getAttribute('aria-valuetext')).toBe('event 10 of 10,000,000, 0.000012 s'); });
    await act(async () => { fireEvent.keyDown(slider, { key: 'ArrowRight' }); });
    expect(session.state.event).toBe(11);
    await act(async () => { fireEvent.keyDown(slider, { key: 'End' }); });
    expect(slider.getAttribute('aria-valuenow')).toBe('10000000');
  });

  it('is announced when stepping comes to rest', async () => {
    await show();
    await go(1);
    await go(2);
    await waitFor(() => {
      expect([...document.querySelectorAll('[aria-live="polite"]')].map((each) => each.textContent))
        .toContain('event 2 of 10,000,000: #15 fired with int');
    });
  });
});

describe('menus', () => {
  it('have every command with the key that works here, and give it', async () => {
    await show();
    await act(async () => { fireEvent.click(screen.getByRole('menuitem', { name: 'Debug' })); });
    const item = await screen.findByRole('menuitem', { name: 'Next line' });
    expect(item.textContent).toBe('Next lineN');
    expect(item.getAttribute('aria-keyshortcuts')).toBe('n . F10');
    expect(screen.getByRole('menuitem', { name: 'Previous line' }).getAttribute('aria-disabled')).toBe('true');
    await act(async () => { fireEvent.click(item); });
    expect(session.state.event).toBe(1);
  });

  it('show what is on', async () => {
    await show();
    await act(async () => { fireEvent.click(screen.getByRole('menuitem', { name: 'View' })); });
    const area = await screen.findByRole('menuitemcheckbox', { name: 'Area: number of callbacks' });
    expect(area.getAttribute('aria-checked')).toBe('true');
    await act(async () => { fireEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Area: time waited' })); });
    expect(session.state.weight).toBe('wait');
  });
});

describe('details', () => {
  it('ask for a selection', async () => {
    await show();
    expect(screen.getByText('Nothing is selected.')).toBeTruthy();
  });

  it('lead to events and to other Deferreds', async () => {
    await show();
    await go(1000);
    await act(async () => { await session.selectDeferred(16); });
    expect(await screen.findByRole('heading', { name: '#16 parse' })).toBeTruthy();
    expect(screen.getByText('raised OutOfStock: no more blue shirts', { exact: false })).toBeTruthy();
    await act(async () => { fireEvent.click(screen.getByRole('button', { name: 'started @19' })); });
    expect(session.state.event).toBe(19);
    await act(async () => { fireEvent.click(screen.getByRole('button', { name: '#17 render_page' })); });
    expect(session.state.selection.deferred).toBe(17);
  });

  it('tell the stack when it is opened', async () => {
    await show();
    await act(async () => { await session.selectDeferred(16); });
    const [stack] = await screen.findAllByRole('button', { name: 'Stack' });
    await act(async () => { fireEvent.click(stack as HTMLElement); });
    expect(await screen.findByText('twisted/internet/defer.py:212')).toBeTruthy();
    expect(screen.getByText('3 frames, innermost first')).toBeTruthy();
    expect(screen.getByText('awaited by checkout #1', { exact: false })).toBeTruthy();
  });
});

describe('tables', () => {
  it('of ten million events draw those in sight, the present one among them', async () => {
    await show();
    await go(5_000_000);
    await act(async () => { session.dispatch({ do: 'tab', tab: 'events' }); });
    const table = screen.getByRole('grid', { name: 'Events' });
    expect(table.getAttribute('aria-rowcount')).toBe('10000001');
    const chosen = await within(table).findByRole('row', { selected: true });
    await waitFor(() => { expect(chosen.textContent).toContain('5,000,000'); });
    expect(within(table).getAllByRole('row').length).toBeLessThan(40);
  });

  it('go to the event that is chosen by keyboard', async () => {
    await show();
    await go(5);
    await act(async () => { session.dispatch({ do: 'tab', tab: 'events' }); });
    const table = screen.getByRole('grid', { name: 'Events' });
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await act(async () => { fireEvent.keyDown(table, { key }); });
    expect(session.state.event).toBe(7);
    expect(table.getAttribute('aria-activedescendant')).toBe(within(table).getByRole('row', { selected: true }).id);
  });

  it('of Deferreds are sorted, filtered and select', async () => {
    await show();
    await act(async () => { session.dispatch({ do: 'tab', tab: 'deferreds' }); });
    const panels = within(screen.getByRole('region', { name: 'Panels' }));
    expect(await panels.findByText('1,000,000 Deferreds')).toBeTruthy();
    await act(async () => { fireEvent.click(screen.getByRole('button', { name: 'Waits' })); });
    expect(screen.getByRole('columnheader', { name: 'Waits' }).getAttribute('aria-sort')).toBe('descending');
    await act(async () => { fireEvent.change(screen.getByRole('searchbox', { name: 'Filter the table of Deferreds' }), { target: { value: 'fetch' } }); });
    await act(async () => { fireEvent.change(screen.getByRole('combobox', { name: 'Only Deferreds in this state' }), { target: { value: 'waiting' } }); });
    expect(await screen.findByText('125,000 Deferreds')).toBeTruthy();
    expect(core.asked.some((each) => each.includes('"sort":"wait","descending":true,"filter":"fetch","state":"waiting"'))).toBe(true);
    const row = within(screen.getByRole('grid', { name: 'Deferreds' })).getAllByRole('row')[1] as HTMLElement;
    await act(async () => { fireEvent.click(row); });
    expect(`#${session.state.selection.deferred}`).toBe(row.querySelector('[role="gridcell"]')?.textContent);
  });
});

describe('findings', () => {
  const find = async (page = sampleFindings(TOTAL)): Promise<void> => {
    await show();
    await act(async () => { session.dispatch({ do: 'tab', tab: 'findings' }); });
    await act(async () => { session.dispatch({ do: 'findings', findings: page }); });
  };

  it('are counted on their tab, and told under their severities', async () => {
    await show();
    await act(async () => { session.dispatch({ do: 'tab', tab: 'findings' }); });
    expect(screen.getByText('Looking for what is wrong…')).toBeTruthy();
    await act(async () => { session.dispatch({ do: 'looked', done: 12, pieces: 30 }); });
    expect(screen.getByText('Looking for what is wrong… 12 of 30')).toBeTruthy();
    await act(async () => { session.dispatch({ do: 'findings', findings: sampleFindings(TOTAL) }); });
    expect(screen.getByRole('tab', { name: 'Findings 3' })).toBeTruthy();
    expect(screen.getByText('1 error, 2 warnings, 1 worth knowing')).toBeTruthy();
    expect(screen.getAllByRole('heading', { level: 3 }).map((each) => each.textContent)).toEqual(['✕Errors1', '!Warnings2', 'iWorth knowing1']);
  });

  it('lead to their moment and their Deferred, and their places to theirs', async () => {
    await find();
    await act(async () => { fireEvent.click(screen.getByRole('button', { name: /^Never fired/ })); });
    expect(session.state).toMatchObject({ finding: 1, event: 50, selection: { deferred: 5 } });
    const places = screen.getByRole('list', { name: 'Places' });
    expect(within(places).getAllByRole('listitem').map((each) => each.textContent)).toEqual(['createdshop/orders.py:50 in fetch@49', 'fired againshop/cart.py:3 in store']);
    await act(async () => { fireEvent.click(within(places).getByRole('button', { name: 'shop/orders.py:50 in fetch' })); });
    expect(session.state.event).toBe(49);
    await act(async () => { fireEvent.click(screen.getByRole('button', { name: '#7' })); });
    expect(session.state.selection.deferred).toBe(7);
  });

  it('are walked by the arrow keys, one of them a tab stop', async () => {
    await find();
    const all = screen.getAllByRole('button').filter((each) => each.hasAttribute('data-finding'));
    expect(all.map((each) => each.tabIndex)).toEqual([0, -1, -1, -1]);
    all[0]?.focus();
    fireEvent.keyDown(all[0] as HTMLElement, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(all[1]);
    fireEvent.keyDown(all[1] as HTMLElement, { key: 'End' });
    expect(document.activeElement).toBe(all[3]);
  });

  it('of one kind can be asked for', async () => {
    await find();
    await act(async () => { fireEvent.change(screen.getByRole('combobox', { name: 'Only findings of this kind' }), { target: { value: 'slow' } }); });
    expect(screen.queryByRole('button', { name: /^Fired twice/ })).toBeNull();
    expect(screen.getByRole('button', { name: /^Slow/ })).toBeTruthy();
  });

  it('that there are none of is said in words', async () => {
    await find(sampleFindings(TOTAL, []));
    expect(screen.getByText('Nothing found.')).toBeTruthy();
    expect(screen.getByRole('tab', { name: 'Findings' })).toBeTruthy();
  });

  it('are told to whoever has nothing selected', async () => {
    await show();
    await act(async () => { session.dispatch({ do: 'findings', findings: sampleFindings(TOTAL) }); });
    await act(async () => { fireEvent.click(screen.getByRole('button', { name: 'Show what was found' })); });
    expect(session.state.tab).toBe('findings');
  });

  it('are gone through by the menu', async () => {
    await find();
    await act(async () => { fireEvent.click(screen.getByRole('menuitem', { name: 'Debug' })); });
    const item = await screen.findByRole('menuitem', { name: 'Next finding' });
    await act(async () => { fireEvent.click(item); });
    expect(session.state).toMatchObject({ finding: 0, event: 40 });
    await waitFor(() => {
      expect([...document.querySelectorAll('[aria-live="polite"]')].map((each) => each.textContent))
        .toContain('Fired twice: Fired twice: something that was made at shop/orders.py:40 goes wrong.');
    });
  });
});

describe('waits', () => {
  it('are a path to the bottom, and a tree of all of them', async () => {
    await show();
    await go(1000);
    await act(async () => {
      session.dispatch({ do: 'tab', tab: 'waits' });
      session.dispatch({ do: 'findings', findings: sampleFindings(TOTAL) });
      await session.selectDeferred(16);
    });
    expect(await screen.findByText('#18 never fires in this recording.')).toBeTruthy();
    const tree = screen.getByRole('tree', { name: 'Who waits for what at the end' });
    const rows = (): readonly string[] => within(tree).getAllByRole('treeitem').map((each) => each.getAttribute('aria-level') ?? '');
    expect(rows()).toEqual(['1', '2', '3', '2', '1', '2']);
    expect(tree.textContent).toContain('nothing that was recorded would fire it');
    expect(within(tree).getAllByText('waits 900 ms, at shop/orders.py:12 in fetch: await')).toHaveLength(5);
    expect(tree.textContent).toContain('A ring: it waits for one above it.');
    const press = async (key: string): Promise<void> => { await act(async () => { fireEvent.keyDown(tree, { key }); }); };
    await press('ArrowLeft');
    expect(rows()).toEqual(['1', '1', '2']);
    await press('ArrowDown');
    await press('Enter');
    expect(session.state.selection.deferred).toBe(5);
  });
});

describe('the reactor', () => {
  it('has buttons where it was blocked, which lead there', async () => {
    await show({ turns: 3 });
    expect(core.asked.some((each) => each.startsWith('reactor'))).toBe(false);
    await act(async () => { session.dispatch({ do: 'findings', findings: sampleFindings(TOTAL) }); });
    const strip = await screen.findByRole('group', { name: 'Reactor: 3 turns, busy for 70 % of the time, blocked 2 times' });
    const [first, second] = within(strip).getAllByRole('button');
    expect(first?.getAttribute('aria-label')).toBe('blocked for 300 ms by callback store (shop/db.py:12); 2 delayed calls late');
    expect(second?.getAttribute('aria-label')).toBe('blocked for 400 ms by code that is not a recorded callback; 2 delayed calls late');
    await act(async () => { fireEvent.click(first as HTMLElement); });
    expect(session.state.event).toBe(100);
    fireEvent.keyDown(first as HTMLElement, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(second);
  });

  it('is not shown when nothing of it was recorded', async () => {
    await show();
    expect(document.querySelector('.reactor')).toBeNull();
  });
});

describe('the map for the keyboard', () => {
  it('is one tree, whose arrows walk the tiles', async () => {
    await show();
    const tree = screen.getByRole('tree', { name: 'Tiles of the map' });
    const press = async (key: string): Promise<void> => { await act(async () => { fireEvent.keyDown(tree, { key }); }); };
    await press('ArrowDown');
    await waitFor(() => { expect(session.state.selection.node).toBe(0); });
    await press('ArrowRight');
    await waitFor(() => { expect(session.state.selection.deferred).toBe(1); });
    await press('ArrowDown');
    await waitFor(() => { expect(session.state.selection.deferred).toBe(2); });
    const item = within(tree).getByRole('treeitem', { selected: true });
    await waitFor(() => { expect(tree.getAttribute('aria-activedescendant')).toBe(within(tree).getByRole('treeitem', { selected: true }).id); });
    expect(item.textContent).toBe('#2 parse, pending');
    expect(item.getAttribute('aria-setsize')).toBe('1000000');
    expect(item.getAttribute('aria-posinset')).toBe('2');
  });
});

describe('search', () => {
  it('says how many there are, and Enter selects them one after the other', async () => {
    await show();
    const field = screen.getByRole('textbox', { name: 'Search the map' });
    fireEvent.change(field, { target: { value: 'fetch' } });
    expect(await screen.findByText('1,234 found')).toBeTruthy();
    await act(async () => { fireEvent.keyDown(field, { key: 'Enter' }); });
    expect(session.state.selection.deferred).toBe(3);
    await act(async () => { fireEvent.keyDown(field, { key: 'Enter' }); });
    expect(session.state.selection.deferred).toBe(10);
    await act(async () => { fireEvent.keyDown(field, { key: 'Escape' }); });
    await waitFor(() => { expect(core.asked.at(-1)).toBe('search '); });
  });
});

describe('the status line', () => {
  it('says what is missing and what went wrong', async () => {
    await show({
      ending: 'error', ending_text: 'broken off', lost: 3, error: { offset: 81_920, line: 0, cause: 'event kind 77 is unknown' },
      warnings: [{ offset: 0, line: 7, cause: 'no JSON' }], warning_count: 4, info: { engine: 'wrap', engine_note: 'Twisted 26 is not known' },
    });
    const status = screen.getByRole('contentinfo', { name: 'State of the recording' });
    for (const text of ['3 events lost', 'read up to byte 81920: event kind 77 is unknown', 'line 7: no JSON, and 3 places more', 'engine wrap: Twisted 26 is not known']) {
      expect(within(status).getByText(text)).toBeTruthy();
    }
  });

  it('says that a recording grows', async () => {
    await show({ ending: 'open' }, false);
    expect(screen.getByText('growing, 10,000,000 events so far')).toBeTruthy();
  });
});

describe('accessibility', () => {
  it('no rule is broken while nothing is opened', async () => {
    expect(await violations()).toEqual([]);
  });

  it.each(['details', 'findings', 'deferreds', 'events', 'waits'] as const)('no rule is broken on the tab %s', async (tab) => {
    await show({ turns: 3 });
    await go(1000);
    await act(async () => {
      session.dispatch({ do: 'tab', tab });
      session.dispatch({ do: 'findings', findings: sampleFindings(TOTAL) });
      session.dispatch({ do: 'finding', finding: 1 });
      await session.selectDeferred(16);
    });
    expect(await violations()).toEqual([]);
  });

  it.each(['keys', 'legend', 'about'] as const)('no rule is broken in the dialog %s, which can be closed', async (dialog) => {
    await show();
    await act(async () => { session.dispatch({ do: 'dialog', dialog }); });
    const shown = await screen.findByRole('dialog');
    expect(await violations()).toEqual([]);
    await act(async () => { fireEvent.click(within(shown).getByRole('button', { name: 'Close' })); });
    expect(session.state.dialog).toBeUndefined();
  });
});
