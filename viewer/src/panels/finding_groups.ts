// SPDX-License-Identifier: MIT
//
// Findings as the panel shows them: those of a kind that was chosen, the gravest together.
import type { Finding, FindingsPage, Severity } from '../session';

/** A finding, and its place among all of them. */
export interface Placed {
  readonly place: number;
  readonly finding: Finding;
}

export interface Group {
  readonly severity: Severity;
  readonly findings: readonly Placed[];
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Without empty groups. `kind` undefined: all kinds. */
export function groupsOf(findings: readonly Finding[], kind: string | undefined): readonly Group[] {
  const placed = findings.map((finding, place) => ({ finding, place }))
    .filter((each) => kind === undefined || each.finding.kind === kind);
  return SEVERITIES
    .map((severity) => ({ severity, findings: placed.filter((each) => each.finding.severity === severity) }))
    .filter((group) => group.findings.length > 0);
}

export interface KindCount {
  readonly kind: string;
  readonly heading: string;
  readonly count: number;
}

/** The kinds that there are, in the order of their first findings. */
export function kindsOf(findings: readonly Finding[]): readonly KindCount[] {
  const kinds = new Map<string, KindCount>();
  for (const { kind, heading } of findings) {
    kinds.set(kind, { kind, heading, count: (kinds.get(kind)?.count ?? 0) + 1 });
  }
  return [...kinds.values()];
}

/** What the tab says beside its name: how many errors and warnings; without those, how many there are. */
export function badgeOf(page: FindingsPage | undefined): { readonly count: number; readonly severity: Severity } | undefined {
  if (page === undefined || page.total === 0) return undefined;
  const grave = page.errors + page.warnings;
  if (grave === 0) return { count: page.infos, severity: 'info' };
  return { count: grave, severity: page.errors > 0 ? 'error' : 'warning' };
}
