// SPDX-License-Identifier: MIT
//
// What panels and the page use of a session.
export * from '../core/answers';
export type { Painted, Place } from '../core/messages';
export { duration, nanoseconds, type Nanoseconds } from '../core/time';
export { command, type Command, commandOf, COMMANDS, give, type Menu, MENUS } from './commands';
export { type Asked, SessionProvider, useAnswer, useSession, useSessionState } from './hooks';
export { type Key, keyOf, shownKey } from './keys';
export { type Action, reduce } from './reducer';
export { type PageAbilities, Session } from './session';
export * from './state';
export * from './zoom';
export { type Link, actionsOf, followFinding, followLink, formatLink, parseLink } from './link';
export { Loader, type Source } from './loading';
export { mirror, showOf } from './mirror';
export { play } from './playing';
