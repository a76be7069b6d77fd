// SPDX-License-Identifier: MIT
//
// What the page uses of the panels.
export { Shell, type ShellProps } from './shell';
