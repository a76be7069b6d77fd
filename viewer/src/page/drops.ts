// SPDX-License-Identifier: MIT
//
// A recording dropped anywhere on the page is opened.
import type { Session } from '../session';

/** Returns what ends it. */
export function listenToDrops(session: Session, window: Window, open: (file: File) => void): () => void {
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  };
  const drop = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    if ((event.dataTransfer?.files.length ?? 0) > 1) {
      session.dispatch({ do: 'notice', notice: `Opened ${file.name}, the first of the files` });
    }
    open(file);
  };
  window.addEventListener('dragover', over);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('drop', drop);
  };
}
