/** Tables for people: aligned text for a terminal, and the same as Markdown. */

/** One column. Numbers belong to the right. */
export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

export interface Table {
  readonly columns: readonly Column[]
  /** The cells of each row, in the order of the columns; a missing cell is empty. */
  readonly rows: readonly (readonly string[])[]
}

/** The table as lines of text with aligned columns, two spaces apart. */
export function textTable(table: Table): string {
  const widths = columnWidths(table)
  const line = (cells: readonly string[]) =>
    table.columns
      .map((column, i) => pad(cells[i] ?? '', widths[i] ?? 0, column.align))
      .join('  ')
      .trimEnd()
  const titles = table.columns.map((column) => column.title)
  const rule = widths.map((width) => '-'.repeat(width))
  return [titles, rule, ...table.rows].map(line).join('\n')
}

/** The table as GitHub-flavoured Markdown, aligned in its source too. */
export function markdownTable(table: Table): string {
  const escaped: Table = {
    columns: table.columns.map((column) => ({ ...column, title: escapeCell(column.title) })),
    rows: table.rows.map((row) => row.map(escapeCell)),
  }
  const widths = columnWidths(escaped).map((width) => Math.max(width, 3))
  const line = (cells: readonly string[]) =>
    `| ${escaped.columns.map((column, i) => pad(cells[i] ?? '', widths[i] ?? 0, column.align)).join(' | ')} |`
  const titles = escaped.columns.map((column) => column.title)
  const rule = escaped.columns.map(({ align }, i) => {
    const width = widths[i] ?? 0
    return align === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)
  })
  return [titles, rule, ...escaped.rows].map(line).join('\n')
}

function columnWidths(table: Table): number[] {
  return table.columns.map((column, i) =>
    Math.max(column.title.length, ...table.rows.map((row) => row[i]?.length ?? 0)),
  )
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width)
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|')
}
