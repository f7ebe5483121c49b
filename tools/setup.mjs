// Makes the checkout ready to run: `node tools/setup.mjs [--with-phones]`. Says nothing when there is nothing to do.
// Installs the packages when they are missing or package-lock.json has changed since; with --with-phones also SIPp and
// baresip, the phones of the tests, on Debian and its kin. Needs no package itself.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEAST_NODE = [20, 19];
const PHONES = { sipp: 'sip-tester', baresip: 'baresip' }; // program: Debian package

checkNode();
installPackages();
if (process.argv.includes('--with-phones')) installPhones();

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  fail(`Strowger needs Node.js ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}.`);
}

function installPackages() {
  const stamp = join(root, 'node_modules', '.strowger-lock'); // the lock file that was installed
  const lock = join(root, 'package-lock.json');
  const wanted = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (upToDate(wanted)) return writeFileSync(stamp, wanted);
  console.error('Installing packages …');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // `npm ci` refuses a lock file that lacks packages for other systems; then what it has is installed all the same.
  const installed = run('npm', ['ci', ...quiet], 'ignore') || run('npm', ['install', '--no-save', ...quiet], 'inherit');
  if (!installed) fail('npm could not install the packages.');
  writeFileSync(stamp, existsSync(lock) ? readFileSync(lock, 'utf8') : '');
}

/** Whether somebody ran npm by hand: npm's own record holds every package of the lock file in the same version. */
function upToDate(wanted) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (wanted === '' || !existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages ?? {};
  return Object.entries(JSON.parse(wanted).packages ?? {}).every(
    ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
  );
}

function installPhones() {
  const missing = Object.keys(PHONES).filter((program) => !onPath(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => PHONES[program]);
  const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const able = onPath('apt-get') && (asRoot.length === 0 || spawnSync('sudo', ['-n', 'true']).status === 0);
  if (able) {
    console.error(`Installing ${packages.join(' and ')} …`);
    const [program = 'sh', ...rest] = [...asRoot, 'sh', '-c', `export DEBIAN_FRONTEND=noninteractive; ${install}`];
    const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
    if (status === 0 && missing.every(onPath)) return;
    console.error(stdout + stderr);
  }
  const how = onPath('apt-get')
    ? `sudo sh -c '${install}'`
    : `install ${missing.join(' and ')} with your package manager`;
  fail(`The tests with real phones need ${missing.join(' and ')}:\n\n    ${how}\n`);
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function run(program, args, stdio) {
  return spawnSync(program, args, { cwd: root, stdio }).status === 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
