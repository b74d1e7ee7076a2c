/**
 * Texts that have not been sent, or not for certain: kept for as long as the tab lives, so that neither loading
 * the page anew nor changing the room loses a word.
 */
import type { OutgoingList } from '../state/outgoing.ts'
import type { Memory } from './memory.ts'

export interface Drafts {
  read(room: string): string
  write(room: string, text: string): void
  readOutgoing(): OutgoingList
  writeOutgoing(outgoing: OutgoingList): void
}

export function draftsIn(memory: Memory): Drafts {
  return {
    read: (room) => memory.read(`draft.${room}`) ?? '',
    write: (room, text) => memory.write(`draft.${room}`, text === '' ? undefined : text),
    readOutgoing: () => outgoingFrom(memory.read('outgoing')),
    writeOutgoing(outgoing) {
      const texts = outgoing.map(({ room, text }) => [room, text])
      memory.write('outgoing', texts.length === 0 ? undefined : JSON.stringify(texts))
    },
  }
}

function outgoingFrom(json: string | undefined): OutgoingList {
  if (json === undefined) return []
  try {
    const value: unknown = JSON.parse(json)
    const texts: readonly unknown[] = Array.isArray(value) ? value : []
    return texts.flatMap((item, index) => {
      const [room, text]: readonly unknown[] = Array.isArray(item) ? item : []
      if (typeof room !== 'string' || typeof text !== 'string') return []
      const doubt = 'The page was closed before it came back.'
      return [{ key: `kept${index}`, room, text, name: undefined, doubt }]
    })
  } catch {
    // Written by something else: as good as nothing.
    return []
  }
}
