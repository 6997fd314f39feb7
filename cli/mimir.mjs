#!/usr/bin/env node
// `npx mimir`: the command line on the pinned Node, with the packages installed first where they are missing.
process.argv.splice(2, 0, 'cli/main.ts');
await import('../infra/local/bootstrap.mjs');
