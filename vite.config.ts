import { defineConfig } from 'vite';

// An engine for `npm run dev:web`: the page comes from vite, everything else from there.
const engine = process.env['DSIEM_URL'] ?? 'http://127.0.0.1:8080';
const toEngine = {
  target: engine,
  changeOrigin: true,
  ws: true,
  // The engine refuses what comes from another site.
  headers: { origin: engine },
};

export default defineConfig({
  root: 'web',
  base: '/ui/',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // A data: address would be against the content-security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': toEngine, '/alarms': toEngine, '/events': toEngine } },
});
