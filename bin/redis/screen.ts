/** Where a live table goes: drawn in place on a terminal, one after the other elsewhere. */

/** Such as `process.stdout`. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

const clear = '\x1b[2J'
const home = '\x1b[H'
const clearLine = '\x1b[K'
const clearBelow = '\x1b[J'
const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'

export class Screen implements Disposable {
  readonly #output: Output
  #isDrawn = false

  constructor(output: Output) {
    this.#output = output
  }

  /** `style` makes a line of its index look as it should, once it is cut to fit. */
  draw(lines: readonly string[], style: (line: string, index: number) => string = (line) => line): void {
    const output = this.#output
    if (output.isTTY !== true) {
      output.write(`${this.#isDrawn ? '\n' : ''}${lines.join('\n')}\n`)
    } else {
      const { columns = 80, rows = 24 } = output
      const shown = lines.slice(0, rows - 1).map((line, index) => style(line.slice(0, columns), index))
      const start = this.#isDrawn ? home : hideCursor + clear + home
      output.write(`${start}${shown.map((line) => `${line}${clearLine}\n`).join('')}${clearBelow}`)
    }
    this.#isDrawn = true
  }

  [Symbol.dispose](): void {
    if (this.#isDrawn && this.#output.isTTY === true) this.#output.write(showCursor)
  }
}
