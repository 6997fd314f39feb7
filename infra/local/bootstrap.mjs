#!/usr/bin/env node
/**
 * Runs a script of this project on the Node that package.json pins, whatever Node started this file: it must need
 * nothing but Node 20 itself. Packages are installed first where they are missing or older than package-lock.json.
 *
 *   node infra/local/bootstrap.mjs <script> [argument…]
 *
 * The script's path is relative to the project's root. Signals and the exit code are passed through.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const pinnedNode = join(root, 'node_modules/node/bin/node');

/** @param {string} line what is missing or wrong, and what to do */
function fail(line) {
  process.stderr.write(`mimir: ${line}\n`);
  process.exit(1);
}

function assertNode() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 20) return;
  fail(`Node 20 or newer is needed, and this is ${process.versions.node}: install one (https://nodejs.org)`);
}

function assertNpm() {
  const { stdout, status } = spawnSync('npm', ['--version'], { encoding: 'utf8' });
  if (status !== 0)
    fail('npm is missing: install it (it comes with Node from https://nodejs.org; Debian: apt install npm)');
  if (Number(stdout.split('.')[0]) < 10) {
    fail(`npm 10 or newer is needed, and this is ${stdout.trim()}: npm install --global npm`);
  }
}

/**
 * npm writes node_modules/.package-lock.json as its last step, so it proves both that an install came to its end and
 * which versions it brought.
 */
function isInstalled() {
  if (!existsSync(pinnedNode)) return false;
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      // Packages for other platforms are optional and stay away.
      ([path, { version, optional }]) =>
        path === '' || present[path]?.version === version || (optional && !present[path]),
    );
  } catch {
    return false;
  }
}

/** One install at a time: a second start waits for the first one's. */
function install() {
  mkdirSync(join(root, '.mimir'), { recursive: true });
  const lock = join(root, '.mimir/install.lock');
  let said = false;
  while (!takeLock(lock)) {
    if (!said) process.stderr.write('Waiting for another start to install the packages…\n');
    said = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  try {
    if (isInstalled()) return;
    assertNpm();
    process.stderr.write('Installing packages (npm ci)…\n');
    const started = Date.now();
    // Its progress goes where a person looks; standard output stays for what the script prints.
    // onnxruntime-node would fetch the CUDA runtime, which is never used, from outside the registry.
    const options = ['--no-audit', '--no-fund', '--loglevel=error', '--onnxruntime-node-install=skip'];
    const { status, signal } = spawnSync('npm', ['ci', ...options], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (signal !== null) process.exitCode = 1;
    if (status !== 0 || !isInstalled()) {
      rmSync(lock, { force: true });
      fail('npm ci could not install the packages (its reason stands above). The network is needed for this once.');
    }
    process.stderr.write(`  ✓ packages installed (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The lock appears with its holder's number in it, which tells a crash from a long install. */
function takeLock(lock) {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch {
    if (!holderLives(lock)) rmSync(lock, { force: true });
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function holderLives(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    // Not ours to signal, or given back just now: the next try shows.
    return error.code === 'EPERM' || error.code === 'ENOENT';
  }
}

/**
 * Megabytes of each half of the heap's young generation, in all processes that this one begets. Node takes twice as many
 * where memory is plenty: a stage then holds 80 to 120 MB more, and is no faster.
 */
const semiSpaceMb = 16;

function runScript([script, ...args]) {
  if (script === undefined) fail('usage: node infra/local/bootstrap.mjs <script> [argument…]');
  // Of two, the last counts: what somebody has set stands behind.
  const options = [`--max-semi-space-size=${semiSpaceMb}`, process.env.NODE_OPTIONS].filter(Boolean).join(' ');
  const child = spawn(pinnedNode, [join(root, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: options },
  });
  child.on('error', (error) => fail(`${pinnedNode} could not be run: ${error.message}; npm ci installs it anew`));
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  // Ctrl-C on a terminal goes to the child as well as to us: passed on, it would count as pressed twice.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

assertNode();
if (!isInstalled()) install();
runScript(process.argv.slice(2));
