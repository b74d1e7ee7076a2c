/** The result of a bench: sections of tables and lists, for the terminal and as Markdown. */
import type { Fact } from './machine.ts'
import { markdownTable, type Table, textTable } from './table.ts'

export interface Section {
  readonly title: string
  /** Tables and lists, in order. */
  readonly parts: readonly (Table | readonly string[])[]
}

/** The sections for a terminal. */
export function textReport(sections: readonly Section[]): string {
  return render(sections, textTable, (title) => `${title}\n${'='.repeat(title.length)}`).join('\n\n')
}

/** The sections as Markdown. */
export function markdownReport(sections: readonly Section[]): string {
  return `${render(sections, markdownTable, (title) => `## ${title}`).join('\n\n')}\n`
}

/** The section on the machine and on the command that makes the result. */
export function machineSection(facts: readonly Fact[], command: string): Section {
  return {
    title: 'Machine',
    parts: [[...facts.map(([name, value]) => `${name}: ${value}`), `Command: \`${command}\``]],
  }
}

function render(
  sections: readonly Section[],
  table: (table: Table) => string,
  heading: (title: string) => string,
): string[] {
  return sections.flatMap(({ title, parts }) => [
    heading(title),
    ...parts.map((part) => ('columns' in part ? table(part) : part.map((line) => `- ${line}`).join('\n'))),
  ])
}
