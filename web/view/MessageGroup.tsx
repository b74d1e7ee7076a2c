/** Messages of one person that follow each other, under one name. */
import { Component } from 'preact'
import type { MessageGroup as Group, GroupedMessage } from '../state/rows.ts'
import { colourOf } from '../text/name-colour.ts'
import { Avatar } from './Avatar.tsx'
import { Icon } from './Icon.tsx'
import { MessageText } from './MessageText.tsx'
import { moments } from './moments.ts'
import { OutgoingMark } from './OutgoingMark.tsx'

interface Props {
  group: Group
}

export class MessageGroup extends Component<Props> {
  /** A list of a thousand messages stays quick because only groups with a new message are drawn again. */
  override shouldComponentUpdate({ group }: Props) {
    const shown = this.props.group
    return (
      group.name !== shown.name ||
      group.messages.length !== shown.messages.length ||
      group.messages.some((message, index) => !isSame(message, shown.messages[index]))
    )
  }

  render({ group }: Props) {
    const first = group.messages[0]
    return (
      <article class={group.isOwn ? 'group own' : 'group'}>
        <Avatar name={group.name} />
        <header class="group-head">
          <bdi class="author" style={{ '--hue': String(colourOf(group.name).hue) }}>
            {group.name}
          </bdi>
          {group.isVouched && (
            <span class="vouched-mark" title="A token says that this is their name">
              <Icon name="check" />
              <span class="visually-hidden">known by a token</span>
            </span>
          )}
          {group.isOwn && <span class="own-mark">you</span>}
          {first?.kind === 'message' && <Time at={first.time} />}
        </header>
        {group.messages.map((message, index) => (
          <div key={message.key} class={classOf(message)}>
            {index > 0 && message.kind === 'message' && (
              <span class="aside-time" aria-hidden="true">
                {moments.clock(message.time)}
              </span>
            )}
            <MessageText text={message.text} />
            {message.kind === 'outgoing' && <OutgoingMark said={message} />}
          </div>
        ))}
      </article>
    )
  }
}

function Time({ at }: { at: number }) {
  return (
    <time class="time" dateTime={new Date(at).toISOString()} title={moments.full(at)}>
      {moments.clock(at)}
    </time>
  )
}

function classOf(message: GroupedMessage): string {
  if (message.kind === 'message') return 'message'
  return message.doubt === undefined ? 'message under-way' : 'message in-doubt'
}

/** What is under way is wrapped anew each time the rows are arranged. */
function isSame(one: GroupedMessage, other: GroupedMessage | undefined): boolean {
  if (one === other) return true
  return (
    one.kind === 'outgoing' &&
    other?.kind === 'outgoing' &&
    one.key === other.key &&
    one.doubt === other.doubt
  )
}
