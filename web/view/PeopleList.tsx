/** Who is here. */
import { useMemo } from 'preact/hooks'
import { othersThan } from '../state/members.ts'
import { Avatar } from './Avatar.tsx'
import { useChatState } from './use-chat.ts'

/** A list of thousands helps nobody and takes long to draw. */
const shownPeople = 200

export function PeopleList() {
  const members = useChatState((state) => state.members)
  const name = useChatState((state) => state.name)
  const isConnected = useChatState((state) => state.connection.kind === 'connected')
  const others = useMemo(() => othersThan(name, members), [name, members])
  const hidden = others.length - shownPeople
  return (
    <div class={isConnected ? 'people' : 'people stale'}>
      <ul>
        {name !== undefined && <Person name={name} isOwn />}
        {others.slice(0, shownPeople).map((other, index) => (
          <Person key={`${other}${index}`} name={other} />
        ))}
      </ul>
      {hidden > 0 && <p class="quiet-words">and {hidden} more</p>}
      {others.length === 0 && isConnected && <p class="quiet-words">Nobody else is here at the moment.</p>}
      {!isConnected && members.length > 0 && (
        <p class="quiet-words">As it was when you were last connected.</p>
      )}
    </div>
  )
}

function Person({ name, isOwn = false }: { name: string; isOwn?: boolean }) {
  return (
    <li class="person">
      <Avatar name={name} />
      <bdi class="person-name" title={name}>
        {name}
      </bdi>
      {isOwn && <span class="own-mark">you</span>}
    </li>
  )
}
