/** Writes schema/longwire.schema.json and the table in docs/configuration.md from the table of settings. */
import { writeFileSync } from 'node:fs'
import { configurationPage } from '../src/server/configuration/page.ts'
import { configurationSchema } from '../src/server/configuration/schema.ts'

writeFileSync(
  new URL('../schema/longwire.schema.json', import.meta.url),
  `${JSON.stringify(configurationSchema(), null, 2)}\n`,
)
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())
