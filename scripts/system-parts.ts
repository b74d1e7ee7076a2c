/**
 * What the tests need from the system, beside Node and npm: finds it, and installs it where that is allowed.
 *
 * Installing happens on Debian and Ubuntu as root or through a sudo that asks no password, and on macOS with
 * Homebrew. Anywhere else the person gets one sentence with what to do.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** One program of the system that tests start. */
export interface SystemPart {
  readonly name: string
  /** Where it may be: names on the PATH, or absolute paths. The first that exists is taken. */
  readonly programs: readonly string[]
  readonly debianPackages: readonly string[]
  readonly ubuntuPackages: readonly string[]
  /** Arguments of `brew install`. */
  readonly homebrew: readonly string[]
  /** A service that the package starts by itself. Tests start their own, so ours is stopped again. */
  readonly service?: string
}

export const systemParts = {
  redis: {
    name: 'redis-server',
    programs: ['redis-server'],
    debianPackages: ['redis-server'],
    ubuntuPackages: ['redis-server'],
    homebrew: ['redis'],
    service: 'redis-server',
  },
  python: {
    name: 'python3',
    programs: ['python3'],
    debianPackages: ['python3'],
    ubuntuPackages: ['python3'],
    homebrew: ['python'],
  },
  chromium: {
    name: 'chromium',
    programs: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    // A browser without a font shows boxes.
    debianPackages: ['chromium', 'fonts-liberation'],
    ubuntuPackages: ['chromium-browser', 'fonts-liberation'],
    homebrew: ['--cask', 'google-chrome'],
  },
} as const satisfies Record<string, SystemPart>

/** Where a part is, or `undefined`: it isn't installed. */
export function findSystemPart(part: SystemPart, path = process.env.PATH ?? ''): string | undefined {
  const candidates = part.programs.flatMap((program) =>
    program.startsWith('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program)),
  )
  return candidates.find(isExecutable)
}

/** What is known of the machine that decides how something may be installed there. */
export interface Machine {
  readonly system: 'debian' | 'ubuntu' | 'macos' | 'other'
  readonly isRoot: boolean
  readonly hasPasswordlessSudo: boolean
  readonly hasHomebrew: boolean
}

/** How to install parts on a machine: `commands`, and whether we may run them ourselves. */
export interface InstallPlan {
  readonly mayRun: boolean
  readonly commands: readonly (readonly string[])[]
}

/** Works out how the missing parts are installed on a machine; `undefined`: we know no way there. */
export function planInstall(missing: readonly SystemPart[], machine: Machine): InstallPlan | undefined {
  if (machine.system === 'macos') {
    return {
      mayRun: machine.hasHomebrew,
      commands: missing.map((part) => ['brew', 'install', ...part.homebrew]),
    }
  }
  if (machine.system === 'other') return undefined
  const packages = missing.flatMap((part) =>
    machine.system === 'ubuntu' ? part.ubuntuPackages : part.debianPackages,
  )
  const sudo = machine.isRoot ? [] : ['sudo']
  return {
    mayRun: machine.isRoot || machine.hasPasswordlessSudo,
    commands: [
      [...sudo, 'apt-get', 'update'],
      [...sudo, 'apt-get', 'install', '-y', '--no-install-recommends', ...packages],
    ],
  }
}

/** The sentence for a person who has to install the parts. */
export function missingSentence(missing: readonly SystemPart[], plan: InstallPlan | undefined): string {
  const names = missing.map((part) => part.name).join(' and ')
  const advice =
    plan === undefined
      ? 'install them with the package manager of this system'
      : `run \`${plan.commands.map((command) => command.join(' ')).join(' && ')}\``
  return `The tests need ${names}, not found on the PATH: ${advice}, then try again.`
}

/**
 * Finds every part, installing what is missing where that is allowed.
 *
 * @returns a line on each part, or the sentence that says what a person must do
 */
export function ensureSystemParts(): { found: string[] } | { failure: string } {
  const all: readonly SystemPart[] = Object.values(systemParts)
  const missing = all.filter((part) => findSystemPart(part) === undefined)
  if (missing.length > 0) {
    const plan = planInstall(missing, thisMachine())
    if (plan === undefined || !plan.mayRun) return { failure: missingSentence(missing, plan) }
    const mended = runPlan(plan)
    stopServices(missing)
    if (!mended || !missing.every(works)) {
      return { failure: `Installing failed (its output is above). ${missingSentence(missing, plan)}` }
    }
  }
  return { found: all.map((part) => `${part.name}: ${findSystemPart(part)}`) }
}

function runPlan(plan: InstallPlan): boolean {
  return plan.commands.every((command) => {
    console.log(`  ${command.join(' ')}`)
    return run(command, 'inherit')
  })
}

/** Asked once after installing: Ubuntu's chromium-browser can be a stub that only says to use snap. */
function works(part: SystemPart): boolean {
  const program = findSystemPart(part)
  return program !== undefined && run([program, '--version'], 'ignore')
}

/** Debian starts a service as it installs it. */
function stopServices(installed: readonly SystemPart[]): void {
  if (process.platform !== 'linux') return
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  for (const { service } of installed) {
    if (service === undefined) continue
    if (existsSync('/run/systemd/system')) {
      run([...sudo, 'systemctl', 'disable', '--now', service], 'ignore')
    } else {
      run([...sudo, 'service', service, 'stop'], 'ignore')
      run([...sudo, 'update-rc.d', service, 'disable'], 'ignore')
    }
  }
}

function thisMachine(): Machine {
  return {
    system: thisSystem(),
    isRoot: process.getuid?.() === 0,
    hasPasswordlessSudo: run(['sudo', '-n', 'true'], 'ignore'),
    hasHomebrew: run(['brew', '--version'], 'ignore'),
  }
}

function thisSystem(): Machine['system'] {
  if (process.platform === 'darwin') return 'macos'
  if (!existsSync('/etc/os-release')) return 'other'
  return systemOf(readFileSync('/etc/os-release', 'utf8'))
}

/** Reads the kind of system from the text of /etc/os-release (see os-release(5)). */
export function systemOf(osRelease: string): Machine['system'] {
  const ids = osRelease
    .split('\n')
    .flatMap((line) => /^ID(?:_LIKE)?="?([^"]*)"?$/.exec(line)?.[1]?.split(' ') ?? [])
  if (ids.includes('ubuntu')) return 'ubuntu'
  if (ids.includes('debian')) return 'debian'
  return 'other'
}

function run([program = '', ...args]: readonly string[], output: 'inherit' | 'ignore'): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, args, { stdio: ['ignore', output, output], env }).status === 0
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    // Not there, or not for us: the next candidate may be.
    return false
  }
}
