// SPDX-License-Identifier: MIT
//
// How the page is built (build/page/index.html, one file) and tested. REACTORTRACK_WASM names
// another module than the one tools/build_wasm.sh makes.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { singleFile } from './single_file.ts';

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const wasm = process.env['REACTORTRACK_WASM'] ?? beside('../build/wasm/reactortrack.wasm');

export default defineConfig({
  plugins: [react(), ...singleFile(wasm)],
  base: './',
  build: {
    outDir: beside('../build/page'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
  test: { include: ['{src,browser}/**/*.test.{ts,tsx}'] },
});
