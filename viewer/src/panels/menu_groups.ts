// SPDX-License-Identifier: MIT
//
// Commands of one group stand together, in the order their groups first come.
import type { Command } from '../session';

export function groupsOf(commands: readonly Command[]): readonly (readonly Command[])[] {
  const groups = new Map<string, Command[]>();
  for (const each of commands) {
    const group = groups.get(each.group);
    if (group === undefined) groups.set(each.group, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}
