/** How the chat page and the console are built: hashed files under /assets/, nothing inline, as the Content-Security-Policy wants. */
import preact from '@preact/preset-vite'
import { defineConfig, type Plugin } from 'vite'

/**
 * The page draws nothing before its script has run, so the first paint waits for it. Without this a person who
 * chose the other theme would see a flash of the system's.
 */
const paintAfterScript: Plugin = {
  name: 'paint-after-script',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact(), paintAfterScript],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // A data: URL in a style sheet would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    // Browsers that need the polyfill can't run the pages.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { chat: `${import.meta.dirname}/index.html`, console: `${import.meta.dirname}/console.html` },
    },
  },
  server: {
    // `vite web` beside a running server: the page is served by Vite, the chat by Longwire.
    proxy: {
      '/ws': { target: 'ws://127.0.0.1:9999', ws: true },
      '/redis': { target: 'http://127.0.0.1:9999' },
      '/console.json': { target: 'http://127.0.0.1:9999' },
    },
  },
})
