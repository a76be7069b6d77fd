// SPDX-License-Identifier: MIT
//
// The page as its tests see it: what a person sees of it, and what a screen reader hears.
import { expect, type Locator, type Page } from '@playwright/test';
import path from 'node:path';
import { MADE } from './commands';

export type Colour = readonly [number, number, number];
/** The cursor, and nothing else, is red. */
export const RED: Colour = [0xe3, 0x00, 0x1b];

/** Where pixels of one colour are on the map, in CSS pixels of the window. */
export interface Spot {
  readonly count: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A tile as the tree beside the map tells it. */
export interface Item {
  readonly level: number;
  readonly label: string;
}

export class MapPage {
  constructor(readonly page: Page) {}

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.eventNumber).toBeVisible({ timeout: 30_000 });
    await expect(this.tree.getByRole('treeitem').first()).toBeAttached();
  }

  get eventNumber(): Locator {
    return this.page.getByLabel('Number of the present event');
  }

  async event(): Promise<number> {
    return Number((await this.eventNumber.inputValue()).replaceAll(',', ''));
  }

  async eventTotal(): Promise<number> {
    const text = await this.page.locator('.event-number').textContent();
    return Number(/of ([\d,]+)/.exec(text ?? '')?.[1]?.replaceAll(',', ''));
  }

  async expectEvent(number: number): Promise<void> {
    await expect(this.page.locator(`.event-line[data-event="${number}"]`)).toBeVisible();
    expect(await this.event()).toBe(number);
  }

  /** Types the number of an event, as a person goes far away. */
  async goTo(event: number): Promise<void> {
    await this.eventNumber.fill(String(event));
    await this.eventNumber.press('Enter');
    await this.expectEvent(event);
    await this.focus();
  }

  /** Puts the keyboard on the map: its one tab stop is the tree that screen readers see. */
  async focus(): Promise<void> {
    await this.tree.focus();
  }

  /** The line of the present event, as it stands in the recording. */
  get line(): Locator {
    return this.page.locator('.event-line code');
  }

  /** The line, once it is that of this event. */
  async lineOf(event: number): Promise<Record<string, unknown>> {
    await this.expectEvent(event);
    return JSON.parse(await this.line.textContent() ?? '') as Record<string, unknown>;
  }

  get sentence(): Locator {
    return this.page.locator('.event-sentence');
  }

  get map(): Locator {
    return this.page.locator('[data-map]');
  }

  get tree(): Locator {
    return this.page.getByRole('tree', { name: 'Tiles of the map' });
  }

  /** The selected tile, those around it and those inside it. */
  async items(): Promise<Item[]> {
    return this.tree.getByRole('treeitem').evaluateAll((items) => items.map((item) => ({
      level: Number(item.getAttribute('aria-level')), label: item.textContent ?? '',
    })));
  }

  /** Selects a Deferred by its row in the table. */
  async select(deferred: number): Promise<void> {
    await this.page.getByRole('tab', { name: 'Deferreds' }).click();
    // The first column: another one names what a Deferred waits on.
    const first = this.page.locator('[role="gridcell"]:first-child');
    await first.getByText(`#${deferred}`, { exact: true }).click();
    await this.page.getByRole('tab', { name: 'Details' }).click();
  }

  /** Where the map shows this colour, or a frame of it; undefined where it doesn't. */
  spot(colour: Colour): Promise<Spot | undefined> {
    return this.find(colour, 1);
  }

  /** Where a tile is filled with this colour: more than any frame is thick. */
  filled(colour: Colour): Promise<Spot | undefined> {
    return this.find(colour, 8);
  }

  /** Pixels that are the last corner of a square of `side` pixels of this colour. */
  private find(colour: Colour, side: number): Promise<Spot | undefined> {
    return this.map.locator('canvas.map-tiles').evaluate((canvas, [[red, green, blue], wanted]) => {
      const source = canvas as HTMLCanvasElement;
      const copy = new OffscreenCanvas(source.width, source.height);
      const context = copy.getContext('2d');
      if (context === null) throw new Error('no 2d context');
      context.drawImage(source, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      let [count, left, top, right, bottom] = [0, Infinity, Infinity, -1, -1];
      const width = copy.width;
      // The side of the largest square that ends at each pixel of this row and of the one above.
      let above = new Uint16Array(width);
      for (let pixel = 0, row = new Uint16Array(width); pixel < data.length / 4; pixel += 1) {
        const x = pixel % width;
        const y = Math.floor(pixel / width);
        if (x === 0) [above, row] = [row, above];
        const same = data[pixel * 4] === red && data[pixel * 4 + 1] === green && data[pixel * 4 + 2] === blue;
        row[x] = same ? 1 + (x === 0 ? 0 : Math.min(row[x - 1] ?? 0, above[x] ?? 0, above[x - 1] ?? 0)) : 0;
        if ((row[x] ?? 0) < wanted) continue;
        count += 1;
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + 1);
        bottom = Math.max(bottom, y + 1);
      }
      if (count === 0) return undefined;
      const box = source.getBoundingClientRect();
      const ratio = box.width / source.width;
      return {
        count, left: box.left + left * ratio, top: box.top + top * ratio,
        right: box.left + right * ratio, bottom: box.top + bottom * ratio,
      };
    }, [colour, side] as const);
  }

  /** A number that differs when any pixel of the map does. */
  async fingerprint(): Promise<number> {
    return this.map.locator('canvas.map-tiles').evaluate((canvas) => {
      const source = canvas as HTMLCanvasElement;
      const copy = new OffscreenCanvas(source.width, source.height);
      const context = copy.getContext('2d');
      if (context === null) throw new Error('no 2d context');
      context.drawImage(source, 0, 0);
      const words = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
      let hash = 2166136261;
      for (const word of words) hash = Math.imul(hash ^ word, 16777619);
      return hash >>> 0;
    });
  }

  /** The fingerprint, once the picture has not changed for a moment. */
  async settled(): Promise<number> {
    for (let before = await this.fingerprint(); ;) {
      await this.page.waitForTimeout(300);
      const now = await this.fingerprint();
      if (now === before) return now;
      before = now;
    }
  }

  /** What the tooltip says of the tile at this place. */
  async tileAt(x: number, y: number): Promise<string> {
    await this.page.mouse.move(x - 1, y);
    await this.page.mouse.move(x, y);
    const tooltip = this.page.locator('.tooltip');
    await expect(tooltip).toBeVisible();
    return (await tooltip.innerText()).trim();
  }

  async picture(name: string): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.screenshot({ path: path.join(MADE, 'pictures', `${name}.png`) });
  }
}
