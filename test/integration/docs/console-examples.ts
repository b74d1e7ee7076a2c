/** Runs the commands of a page's console blocks, and compares what they print with what the page shows. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const shell = promisify(execFile)

export interface ConsoleExample {
  /** May go on over lines that end in a backslash. */
  readonly command: string
  readonly shown: string
}

/** All of a page, in order. `page` is a path from the project's root. */
export function consoleExamples(page: string): ConsoleExample[] {
  const text = readFileSync(join(import.meta.dirname, '../../..', page), 'utf8')
  const blocks = [...text.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1]!)
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((example) => {
      const [, command = '', shown = ''] = /^((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(example.trimEnd())!
      return { command, shown }
    })
}

/** What a command prints, in the words of the page: where that has `…`, whatever stands there is `…`. */
export async function shownBy(
  { command, shown }: ConsoleExample,
  ports: Readonly<Record<number, number>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const here = command.replace(/127\.0\.0\.1:(\d+)/g, (whole, port) =>
    ports[Number(port)] === undefined ? whole : `127.0.0.1:${ports[Number(port)]}`,
  )
  const { stdout } = await shell('sh', ['-c', here], {
    timeout: 10_000,
    env: { ...process.env, ...environment },
  })
  const printed = stdout.trimEnd().replaceAll('\r', '')
  const pattern = shown
    .split('…')
    .map((part) => RegExp.escape(part))
    .join('[^"\\n]*')
  return new RegExp(`^${pattern}$`).test(printed) ? shown : printed
}
