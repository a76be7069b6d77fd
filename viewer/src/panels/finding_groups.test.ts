// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { badgeOf, groupsOf, kindsOf } from './finding_groups';
import { SAMPLE_FINDINGS, sampleFindings } from './sample_diagnosis';

describe('findings in groups', () => {
  it('are the gravest first, each with its place among all', () => {
    expect(groupsOf(SAMPLE_FINDINGS, undefined).map((group) => [group.severity, group.findings.map((each) => each.place)]))
      .toEqual([['error', [0]], ['warning', [1, 2]], ['info', [3]]]);
  });

  it('of one kind leave out groups without any', () => {
    expect(groupsOf(SAMPLE_FINDINGS, 'reactor-blocked').map((group) => [group.severity, group.findings.map((each) => each.place)]))
      .toEqual([['warning', [2]]]);
  });

  it('are counted by kind', () => {
    expect(kindsOf([...SAMPLE_FINDINGS, ...SAMPLE_FINDINGS.slice(3)]).map((each) => [each.kind, each.count]))
      .toEqual([['fired-twice', 1], ['never-fired', 1], ['reactor-blocked', 1], ['slow', 2]]);
  });
});

describe('the number on the tab', () => {
  it('is that of errors and warnings, and of what is worth knowing when there is nothing else', () => {
    expect(badgeOf(sampleFindings(9))).toEqual({ count: 3, severity: 'error' });
    expect(badgeOf(sampleFindings(9, SAMPLE_FINDINGS.slice(1)))).toEqual({ count: 2, severity: 'warning' });
    expect(badgeOf(sampleFindings(9, SAMPLE_FINDINGS.slice(3)))).toEqual({ count: 1, severity: 'info' });
    expect(badgeOf(sampleFindings(9, []))).toBeUndefined();
    expect(badgeOf(undefined)).toBeUndefined();
  });
});
