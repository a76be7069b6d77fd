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
    await expect.poll(() => this.event()).toBe(number);
    if (number > 0) await expect(this.line).toHaveText(/^\{"action"/);
  }

  /** Types the number of an event, as a person goes far away. */
  async goTo(event: number): Promise<void> {
    await this.eventNumber.fill(String(event));
    await this.eventNumber.press('Enter');
    await this.expectEvent(event);
    await this.map.focus();
  }

  /** The line of the present event, as it stands in the recording. */
  get line(): Locator {
    return this.page.locator('.event-line code');
  }

  /** The line, once it is that of this event. */
  async lineOf(event: number): Promise<Record<string, unknown>> {
    await this.expectEvent(event);
    await expect(this.page.locator('.event-sentence')).not.toBeEmpty();
    let text = '';
    await expect.poll(async () => { text = await this.line.textContent() ?? ''; return text; }).toContain('{');
    return JSON.parse(text) as Record<string, unknown>;
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
    await this.page.getByRole('gridcell', { name: `#${deferred}`, exact: true }).click();
    await this.page.getByRole('tab', { name: 'Details' }).click();
  }

  /** Where the map shows this colour; undefined where it doesn't. */
  async spot(colour: Colour): Promise<Spot | undefined> {
    return this.map.locator('canvas.map-tiles').evaluate((canvas, [red, green, blue]) => {
      const source = canvas as HTMLCanvasElement;
      const copy = new OffscreenCanvas(source.width, source.height);
      const context = copy.getContext('2d');
      if (context === null) throw new Error('no 2d context');
      context.drawImage(source, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      let [count, left, top, right, bottom] = [0, Infinity, Infinity, -1, -1];
      for (let at = 0; at < data.length; at += 4) {
        if (data[at] !== red || data[at + 1] !== green || data[at + 2] !== blue) continue;
        const x = (at / 4) % copy.width;
        const y = Math.floor(at / 4 / copy.width);
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
    }, colour);
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
