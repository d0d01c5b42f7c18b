import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './run.mjs';
import { Refusal, say } from './say.mjs';

/** Debian's package for each shared library that Electron links to and a bare machine may lack. */
const PACKAGES = {
  'libgtk-3.so': 'libgtk-3-0',
  'libgdk-3.so': 'libgtk-3-0',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libgbm.so': 'libgbm1',
  'libasound.so': 'libasound2',
  'libatk-bridge-2.0.so': 'libatk-bridge2.0-0',
  'libatk-1.0.so': 'libatk1.0-0',
  'libatspi.so': 'libatspi2.0-0',
  'libdrm.so': 'libdrm2',
  'libXss.so': 'libxss1',
  'libcups.so': 'libcups2',
  'libdbus-1.so': 'libdbus-1-3',
  'libexpat.so': 'libexpat1',
  'libxkbcommon.so': 'libxkbcommon0',
  'libX11.so': 'libx11-6',
  'libXcomposite.so': 'libxcomposite1',
  'libXdamage.so': 'libxdamage1',
  'libXext.so': 'libxext6',
  'libXfixes.so': 'libxfixes3',
  'libXrandr.so': 'libxrandr2',
  'libxcb.so': 'libxcb1',
  'libpango-1.0.so': 'libpango-1.0-0',
  'libcairo.so': 'libcairo2',
  'libglib-2.0.so': 'libglib2.0-0',
  'libudev.so': 'libudev1',
};

export const isRoot = process.getuid?.() === 0;

function isDebian() {
  return existsSync('/etc/debian_version');
}

/** The libraries that a program would not find, by the dynamic linker's own word. */
export async function missingLibraries(executable) {
  const { code, output } = await run('ldd', [executable], {
    quiet: true,
    env: { ...process.env, LD_LIBRARY_PATH: dirname(executable), LC_ALL: 'C' },
  });
  if (code === undefined) return [];
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
}

/** Sees to it that Electron finds its libraries: installs them as root on Debian and its kin, else refuses with the command to run. */
export async function ensureLibraries(executable) {
  if (process.platform !== 'linux') return;
  const missing = await missingLibraries(executable);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((name) => PACKAGES[name.replace(/\.so.*$/, '.so')]))];
  if (!isDebian() || packages.includes(undefined))
    throw new Refusal(`Electron needs libraries that this machine lacks: ${missing.join(', ')}; install them with the system's package manager`);
  await installPackages(packages, 'Electron needs');
  const still = await missingLibraries(executable);
  if (still.length > 0) throw new Refusal(`Electron still lacks ${still.join(', ')}: install them with the system's package manager`);
}

/** Installs Debian packages when it may, else refuses with the exact command. `why` begins the sentence: `Electron needs`. */
export async function installPackages(names, why) {
  const packages = await Promise.all(names.map(currentName));
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isDebian()) throw new Refusal(`${why} ${packages.join(', ')}: install them with the system's package manager`);
  if (!isRoot) throw new Refusal(`${why} packages that this machine lacks; run:  sudo ${command}`);
  say(`installing ${packages.join(', ')}`);
  const options = { quiet: true, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const args = command.split(' ').slice(1);
  const first = await run('apt-get', args, options);
  if (first.code === 0) return;
  // A fresh machine has no package lists yet.
  await run('apt-get', ['update'], options);
  const second = await run('apt-get', args, options);
  if (second.code !== 0)
    throw new Refusal(`${why} packages that could not be installed; run:  ${command}\n${second.output.split('\n').slice(-5).join('\n')}`);
}

/** Newer releases carry some libraries under a name ending in `t64`. */
async function currentName(name) {
  const { code, output } = await run('apt-cache', ['show', `${name}t64`], { quiet: true });
  return code === 0 && output.includes('Package:') ? `${name}t64` : name;
}

/** Whether Chromium's sandbox can work for this user; else the sentence that says what to do. */
export async function sandboxProblem(executable) {
  if (process.platform !== 'linux' || isRoot) return undefined;
  const { code } = await run('unshare', ['--user', '--map-root-user', 'true'], { quiet: true });
  if (code === 0) return undefined;
  const setting = existsSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')
    ? 'kernel.apparmor_restrict_unprivileged_userns=0'
    : 'kernel.unprivileged_userns_clone=1';
  const helper = `${dirname(executable)}/chrome-sandbox`;
  if (existsSync(helper) && isSetuidRoot(helper)) return undefined;
  return `the system denies user namespaces, which the page's sandbox needs; allow them:  sudo sysctl -w ${setting}   or install the sandbox helper:  sudo chown root ${helper} && sudo chmod 4755 ${helper}`;
}

function isSetuidRoot(path) {
  const { uid, mode } = statSync(path);
  return uid === 0 && (mode & 0o4000) !== 0;
}
