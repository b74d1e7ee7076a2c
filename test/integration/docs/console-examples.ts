/** Runs the commands of a page's console blocks, and compares what they print with what the page shows. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const shell = promisify(execFile)

export interface ConsoleExample {
  /** May go on over lines that end in a backslash, or that begin with the prompt `> ` of a shell that waits for more. */
  readonly command: string
  readonly shown: string
}

/** All of a page, in order. `page` is a path from the project's root. */
export function consoleExamples(page: string): ConsoleExample[] {
  return consoleBlocks(page).flat()
}

/** The same block by block. */
export function consoleBlocks(page: string): ConsoleExample[][] {
  const text = readFileSync(join(import.meta.dirname, '../../..', page), 'utf8')
  const blocks = [...text.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1]!)
  return blocks.map((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const [, command = '', shown = ''] = /^((?:.*\\\n)*.*(?:\n> .*)*)\n?([\s\S]*)$/.exec(
          example.trimEnd(),
        )!
        return { command: command.replaceAll('\n> ', '\n'), shown }
      }),
  )
}

/** What a command prints, in the words of the page: where that has `…`, whatever stands there is `…`. */
export async function shownBy(
  { command, shown }: ConsoleExample,
  ports: Readonly<Record<number, number>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await shell('sh', ['-c', hereOf(command, ports)], {
    timeout: 10_000,
    env: { ...process.env, ...environment },
  })
  return asShown(stdout, shown)
}

/** The command with the ports of this machine. */
export function hereOf(command: string, ports: Readonly<Record<number, number>>): string {
  return command.replace(/127\.0\.0\.1:(\d+)/g, (whole, port) =>
    ports[Number(port)] === undefined ? whole : `127.0.0.1:${ports[Number(port)]}`,
  )
}

/** What was printed, as the page shows it where it is the same. */
export function asShown(text: string, shown: string): string {
  const printed = text.replaceAll('\r', '').replace(/^\n+/, '').trimEnd()
  const pattern = shown
    .split('…')
    .map((part) => RegExp.escape(part))
    .join('[^"\\n]*')
  return new RegExp(`^${pattern}$`).test(printed) ? shown : printed
}
