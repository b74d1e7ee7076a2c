/** `docs/configuration.md`, from the table of settings. */
import { settingRows, variableOf } from './settings.ts'

const head = `# Configuration

Settings come from, in this order: flags, environment variables, a file, the defaults. The file is the one after
\`--config\`, or \`longwire.json\` in the working directory if there is one. A wrong key or value ends the start and
says where it stands, what was found and what was expected. \`longwire --print-config\` shows the result, where each
value comes from, and no secrets.

A name with a dot is nested in the file:

\`\`\`json
{
  "$schema": "./node_modules/longwire/schema/longwire.schema.json",
  "port": 8080,
  "limits": { "messageRate": 50 }
}
\`\`\`

Lists are given several times as flags, and separated by commas in variables.

| in the file | flag | variable | default | what it is |
| --- | --- | --- | --- | --- |
`

export function configurationPage(): string {
  const rows = settingRows.map(([path, { flag, standard, description }]) => {
    const standardText = standard === undefined ? '' : `\`${JSON.stringify(standard)}\``
    return `| \`${path}\` | ${flag === undefined ? '' : `\`--${flag}\``} | \`${variableOf(path)}\` | ${standardText} | ${description} |\n`
  })
  return head + rows.join('')
}
