/** A table of text: columns as wide as what stands in them, numbers to the right. */

export interface Column<Row> {
  readonly title: string
  readonly isNumber?: boolean
  readonly text: (row: Row) => string
}

/** The lines of a table, its heading first. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ text }) => text(row))),
  ]
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => cells[index]!.length)))
  return lines.map((cells) =>
    cells
      .map((cell, index) =>
        columns[index]!.isNumber === true ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** Names and what they are, the latter in one column. */
export function listLines(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd())
}
