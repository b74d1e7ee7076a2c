/**
 * What we said and have not heard back. The room sends each of our messages to us as well, in the order in which we
 * said them: hearing it is the proof that everybody got it. A message that isn't heard, while a later one is, or
 * whose line broke, is not confirmed: it may or may not have been delivered, and the person decides.
 */
export interface Outgoing {
  readonly key: string
  readonly room: string
  readonly text: string
  /** Our name when we said it; `undefined`: it was not known yet. */
  readonly name: string | undefined
  /** Why it counts as not confirmed; `undefined` while it is under way. */
  readonly doubt: string | undefined
}

export type OutgoingList = readonly Outgoing[]

/** A room said one of our texts: which one of the list it was, and the list without it. */
export interface Confirmation {
  readonly confirmed: Outgoing | undefined
  readonly rest: OutgoingList
}

/** A message that a room has said. */
export interface Heard {
  readonly room: string
  readonly name: string
  readonly text: string
}

/**
 * Finds what was heard among what we said. What was said before it in that room, and not heard, is in doubt.
 *
 * @param ownName our name by now; a message that crosses a change of name may come back under either
 */
export function confirm(list: OutgoingList, heard: Heard, ownName: string | undefined): Confirmation {
  const { room, name, text } = heard
  const isIt = (said: Outgoing) =>
    said.room === room && said.text === text && (said.name === name || ownName === name)
  // What is under way comes first: the same text, said again, must not confirm the one that was given up.
  const underWay = list.findIndex((said) => isIt(said) && said.doubt === undefined)
  const index = underWay === -1 ? list.findIndex(isIt) : underWay
  const confirmed = list[index]
  if (confirmed === undefined) return { confirmed, rest: list }
  const passedOver = list
    .slice(0, index)
    .map((said) =>
      said.room === room && confirmed.doubt === undefined
        ? doubted(said, 'A later message got through.')
        : said,
    )
  return { confirmed, rest: [...passedOver, ...list.slice(index + 1)] }
}

/** Everything under way is in doubt: the line broke. */
export function doubtAll(list: OutgoingList, reason: string): OutgoingList {
  return list.some(isUnderWay) ? list.map((said) => doubted(said, reason)) : list
}

/** The newest one under way is in doubt: the server says that it did not take our last message. */
export function doubtLast(list: OutgoingList, reason: string): OutgoingList {
  const index = list.findLastIndex(isUnderWay)
  return list.map((said, at) => (at === index ? doubted(said, reason) : said))
}

/** This one has waited too long. */
export function doubtOne(list: OutgoingList, key: string, reason: string): OutgoingList {
  return list.map((said) => (said.key === key ? doubted(said, reason) : said))
}

export function withoutOutgoing(list: OutgoingList, key: string): OutgoingList {
  return list.filter((said) => said.key !== key)
}

function isUnderWay({ doubt }: Outgoing): boolean {
  return doubt === undefined
}

function doubted(said: Outgoing, reason: string): Outgoing {
  return isUnderWay(said) ? { ...said, doubt: reason } : said
}
