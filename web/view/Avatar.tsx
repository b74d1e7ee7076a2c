/** A person at a glance: initials on a colour, both from the name alone. */
import { hueOf } from '../text/hue.ts'
import { initials } from '../text/initials.ts'

export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" style={{ '--hue': String(hueOf(name)) }} aria-hidden="true">
      {initials(name)}
    </span>
  )
}
