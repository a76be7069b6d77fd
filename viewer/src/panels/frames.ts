// SPDX-License-Identifier: MIT
//
// The frames of a stack, as an event's line of JSON tells them.

export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The last two parts of the path, or what comes after site-packages. */
  readonly shortFile: string;
  /** Not the program's own: Twisted's, or another library's. */
  readonly library: boolean;
}

/** Innermost first; none when the line has no stack or is no JSON. */
export function framesOf(line: string): readonly Frame[] {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    return [];
  }
  if (!isRecord(told)) return [];
  const stack = told['stack'] ?? told['traceback'];
  return Array.isArray(stack) ? stack.flatMap(frameOf) : [];
}

/** "/home/me/shop/cart.py:40 in checkout": editors and terminals open it. */
export function frameText(frame: Frame): string {
  return `${frame.file}:${frame.line}${frame.function === '' ? '' : ` in ${frame.function}`}`;
}

function frameOf(told: unknown): readonly Frame[] {
  if (!isRecord(told) || typeof told['file'] !== 'string') return [];
  const file = told['file'];
  const packages = /.*\/(?:site|dist)-packages\//.exec(file)?.[0];
  const standard = /.*\/lib\/python3[^/]*\//.exec(file)?.[0];
  return [{
    file,
    line: typeof told['line'] === 'number' ? told['line'] : 0,
    function: typeof told['function'] === 'string' ? told['function'] : '',
    shortFile: file.slice((packages ?? standard ?? '').length).split('/').slice(packages ?? standard ? 0 : -2).join('/'),
    library: packages !== undefined || standard !== undefined,
  }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
