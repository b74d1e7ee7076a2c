/** A person at a glance: initials on a colour, both from the name alone. */
import { initials } from '../text/initials.ts'
import { colourOf } from '../text/name-colour.ts'

export function Avatar({ name }: { name: string }) {
  const { hue, isDeep } = colourOf(name)
  return (
    <span class={isDeep ? 'avatar deep' : 'avatar'} style={{ '--hue': String(hue) }} aria-hidden="true">
      {initials(name)}
    </span>
  )
}
