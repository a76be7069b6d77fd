// SPDX-License-Identifier: MIT
//
// What commands need a browser for: files in and out, the clipboard, the focus.
import type { CoreClient } from '../core/client';
import type { PageAbilities, Session } from '../session';
import { linkOf } from './address';
import { pictureOf } from './picture';

export function abilitiesOf(
  client: CoreClient, session: () => Session, open: (file: File) => void,
): PageAbilities {
  const notice = (text: string): void => { session().dispatch({ do: 'notice', notice: text }); };
  return {
    openFile(): void {
      const input = document.createElement('input');
      input.type = 'file';
      input.onchange = () => {
        const file = input.files?.[0];
        if (file !== undefined) open(file);
      };
      input.click();
    },
    async exportPicture(format): Promise<void> {
      const picture = await pictureOf(format, client, session().state);
      save(picture, `${fileName(session().state.name)}-${session().state.event}.${format}`);
      notice(`Saved the map as ${format.toUpperCase()}`);
    },
    async copyLink(): Promise<void> {
      await navigator.clipboard.writeText(linkOf(session(), window.location));
      notice('Copied the link');
    },
    focusSearch(): void {
      document.querySelector<HTMLInputElement>('[data-search]')?.focus();
    },
  };
}

function save(picture: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(picture);
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}

/** Of whatever the recording is called, what every file system takes. */
function fileName(name: string): string {
  const plain = name.replace(/\.[a-z]+$/i, '').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return plain === '' ? 'map' : plain;
}
