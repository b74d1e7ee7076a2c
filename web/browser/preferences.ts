/** What a person finds again on the next visit: their name, their room, the rooms they were in, their theme. */
import type { Memory } from './memory.ts'

export type Theme = 'system' | 'light' | 'dark'

/** In the order in which the button goes through them. */
export const themes: readonly Theme[] = ['system', 'light', 'dark']

export interface Preferences {
  name: string | undefined
  room: string | undefined
  visited: readonly string[]
  theme: Theme
}

/** Each property reads from and writes to the memory. */
export function preferencesIn(memory: Memory): Preferences {
  return {
    get name() {
      return memory.read('name')
    },
    set name(name) {
      memory.write('name', name)
    },
    get room() {
      return memory.read('room')
    },
    set room(room) {
      memory.write('room', room)
    },
    get visited() {
      return stringsFrom(memory.read('visited'))
    },
    set visited(rooms) {
      memory.write('visited', JSON.stringify(rooms))
    },
    get theme() {
      const stored = memory.read('theme')
      return themes.find((theme) => theme === stored) ?? 'system'
    },
    set theme(theme) {
      memory.write('theme', theme === 'system' ? undefined : theme)
    },
  }
}

function stringsFrom(json: string | undefined): readonly string[] {
  if (json === undefined) return []
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  } catch {
    // Written by something else: as good as nothing.
    return []
  }
}
