// SPDX-License-Identifier: MIT
//
// For tests of the panels: findings, a tree of waits and a reactor, as core would tell of them.
import type { BlockedStretch, Finding, FindingsPage, ReactorFacts, WaitTreeRow } from '../session';

function finding(severity: Finding['severity'], kind: string, heading: string, deferred: number | null, event: number): Finding {
  return {
    kind, heading, severity, message: `${heading}: something that was made at shop/orders.py:${event} goes wrong.`,
    deferred, label: deferred === null ? '' : `#${deferred} fetch`, node: deferred, count: deferred === 5 ? 3 : 1,
    others: deferred === 5 ? [6, 7] : [], since: 0.1, duration: 1, event, go: event,
    sites: [
      { role: 'created', file: '/home/me/shop/orders.py', line: event, function: 'fetch' },
      { role: 'fired-again', file: '/home/me/shop/cart.py', line: 3, function: 'store' },
    ],
    site_events: [event - 1, 0], site_places: [`shop/orders.py:${event} in fetch`, 'shop/cart.py:3 in store'],
  };
}

export const SAMPLE_FINDINGS: readonly Finding[] = [
  finding('error', 'fired-twice', 'Fired twice', 4, 40),
  finding('warning', 'never-fired', 'Never fired', 5, 50),
  finding('warning', 'reactor-blocked', 'Reactor blocked', null, 60),
  finding('info', 'slow', 'Slow', 8, 80),
];

export function sampleFindings(upto: number, findings: readonly Finding[] = SAMPLE_FINDINGS): FindingsPage {
  const count = (severity: Finding['severity']): number => findings.filter((each) => each.severity === severity).length;
  return {
    done: true, pieces: 30, pieces_done: 30, upto, errors: count('error'), warnings: count('warning'), infos: count('info'),
    total: findings.length, findings,
  };
}

function row(depth: number, deferred: number, more: Partial<WaitTreeRow> = {}): WaitTreeRow {
  return {
    depth, deferred, name: `the Deferred created in fetch (shop/orders.py:12), #${deferred}`, state: 'waiting', glyph: '', node: deferred,
    how: 'await', place: 'shop/orders.py:12 in fetch', age_ns: '900000000', event: deferred * 10, cause: '', cycle: false, told: false, over: false, ...more,
  };
}

export const SAMPLE_WAITS: readonly WaitTreeRow[] = [
  row(0, 1), row(1, 2), row(2, 3, { state: 'pending', how: '', cause: 'nothing that was recorded would fire it' }),
  row(1, 4, { told: true }), row(0, 5), row(1, 5, { cycle: true }),
];

function stretch(startMs: number, endMs: number, culprit: string): BlockedStretch {
  return {
    event: startMs, from_event: startMs - 1, to_event: endMs, start_ns: `${startMs}000000`, end_ns: `${endMs}000000`,
    length: `${endMs - startMs} ms`, culprit, deferred: 4, node: 4, late: 2,
  };
}

/** A second, of which 300 ms and 400 ms are blocked. */
export function sampleReactor(bucketCount: number): ReactorFacts {
  return {
    done: true, first_ns: '0', last_ns: '1000000000', turn_count: 3, busy_ns: '700000000', polled_ns: '300000000',
    buckets: Array.from({ length: bucketCount }, (_, at) => [at % 3 === 0 ? 1000 : 100, 1, 0] as const),
    turns: [
      { event: 1, end_event: 9, start_ns: '0', end_ns: '450000000', busy_ns: '400000000', polled_ns: '50000000', calls: 1 },
      { event: 10, end_event: 20, start_ns: '450000000', end_ns: '1000000000', busy_ns: '400000000', polled_ns: '150000000', calls: 0 },
    ],
    limit_ns: '200000000', blocked: [stretch(100, 400, 'callback store (shop/db.py:12)'), stretch(500, 900, '')],
  };
}
