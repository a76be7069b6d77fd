// SPDX-License-Identifier: MIT
//
// The installed commands, started as a person would start them.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Where this suite's recordings, pages and pictures are made. */
export const MADE = path.join(ROOT, 'build', 'browser');

const COMMANDS = process.env['REACTORTRACK_BIN'] !== undefined
  ? path.dirname(process.env['REACTORTRACK_BIN'])
  : path.join(ROOT, process.env['VENV'] ?? '.venv', 'bin');

export function commandPath(name: string): string {
  return path.join(COMMANDS, name);
}

/** Runs a command to its end in MADE; returns what it printed. Throws when its status is not 0. */
export function run(name: string, ...words: string[]): string {
  return execFileSync(commandPath(name), words, { cwd: MADE, encoding: 'utf8' });
}

/** A page that is being served: its address, and how to end it. */
export interface Served {
  readonly address: string;
  /** For a recording that is piped in: more of it, or its end. */
  readonly feed: NodeJS.WritableStream | undefined;
  /** What it has said on stderr so far. */
  readonly said: () => string;
  /** Ends it as Ctrl+C does; returns its exit status. */
  readonly end: () => Promise<number | null>;
}

/** `monitor2map --no-browser FILE` */
export function serve(file: string, command = 'monitor2map'): Promise<Served> {
  return start(spawn(commandPath(command), ['--no-browser', file], {
    cwd: MADE, stdio: ['ignore', 'inherit', 'pipe'],
  }));
}

/** `... | monitor2map --no-browser`; `first` is what has been piped in when it starts. */
export function serveStream(first: string): Promise<Served> {
  const child = spawn(commandPath('monitor2map'), ['--no-browser'], {
    cwd: MADE, stdio: ['pipe', 'inherit', 'pipe'],
  });
  child.stdin.write(first);
  return start(child);
}

/** `cat FILE | monitor2map --no-browser` */
export function serveThroughPipe(file: string): Promise<Served> {
  const child = spawn(commandPath('monitor2map'), ['--no-browser'], {
    cwd: MADE, stdio: ['pipe', 'inherit', 'pipe'],
  });
  createReadStream(path.join(MADE, file)).pipe(child.stdin);
  return start(child);
}

async function start(child: ChildProcess): Promise<Served> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const address = await addressOf(child, () => said);
  return {
    address, feed: child.stdin ?? undefined, said: () => said,
    end: () => new Promise((resolve) => {
      if (child.exitCode !== null) return resolve(child.exitCode);
      child.once('exit', resolve);
      child.kill('SIGINT');
    }),
  };
}

function addressOf(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = /http:\/\/127\.0\.0\.1:\S+/.exec(said());
      if (found !== null) resolve(found[0]);
    };
    child.stderr?.on('data', look);
    child.once('exit', (status) => { reject(new Error(`it ended with ${status}: ${said()}`)); });
    child.once('error', reject);
  });
}
