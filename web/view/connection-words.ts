/** The connection's state in words: short for the badge, a sentence for the banner and for screen readers. */
import type { ConnectionState } from '../link/connection-state.ts'

export function badgeWords(state: ConnectionState, now: number): string {
  switch (state.kind) {
    case 'connecting':
      return state.after === undefined ? 'Connecting…' : 'Reconnecting…'
    case 'connected':
      return 'Connected'
    case 'waiting':
      return `Reconnecting in ${secondsUntil(state.retryAt, now)} s`
    case 'offline':
      return 'Offline'
    case 'token-wanted':
      return 'Not let in'
    case 'stopped':
      return 'Not connected'
  }
}

/** What has happened and what comes next. It does not count, so that it may be read aloud. */
export function connectionSentence(state: ConnectionState): string {
  switch (state.kind) {
    case 'connecting':
      return state.after === undefined ? 'Connecting.' : `${state.after} Trying again now.`
    case 'connected':
      return 'Connected.'
    case 'waiting':
      return `${state.reason} Trying again soon.`
    case 'offline':
      return 'Your device is offline. You will be connected again as soon as it is back.'
    case 'token-wanted':
      return 'A token is needed to enter.'
    case 'stopped':
      return state.reason
  }
}

/** The sentence with its countdown, for the eye. */
export function bannerWords(state: ConnectionState, now: number): string {
  if (state.kind !== 'waiting') return connectionSentence(state)
  return `${state.reason} Trying again in ${secondsUntil(state.retryAt, now)} s.`
}

function secondsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil((time - now) / 1_000))
}
