/** The chat as the page's parts use it: what is known, and what can be done. Everything else leads here. */
import type { Drafts } from './browser/drafts.ts'
import type { Preferences } from './browser/preferences.ts'
import { readToken, type TokenPlace } from './browser/token.ts'
import type { Clock } from './link/clock.ts'
import { Connection } from './link/connection.ts'
import type { LineEvent, Passport, Transport } from './link/transport.ts'
import { type ChatAction, type ChatState, initialChatState, timelineOf } from './state/chat-state.ts'
import { reduceChat } from './state/reduce.ts'
import { createStore, type Store } from './state/store.ts'
import { positionOf } from './state/timeline.ts'
import type { Input } from './text/input.ts'
import { nameFault, roomFault } from './text/names.ts'

/** What a chat leans on. */
export interface ChatParts {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
  readonly isOnline: () => boolean
  readonly schedule: (tell: () => void) => void
  readonly preferences: Preferences
  readonly drafts: Drafts
  readonly token: TokenPlace
  /** The room to enter. */
  readonly room: string
}

/** How long a message of ours may take to come back before it is called not confirmed. */
export const confirmDeadlineMs = 10_000

export class Chat {
  readonly store: Store<ChatState, ChatAction>
  readonly connection: Connection
  readonly drafts: Drafts
  readonly #parts: ChatParts
  #nextKey = 0

  constructor(parts: ChatParts) {
    const { preferences, drafts, room } = parts
    this.#parts = parts
    this.drafts = drafts
    this.store = createStore(
      initialChatState({
        room,
        name: preferences.name,
        visited: preferences.visited,
        outgoing: drafts.readOutgoing(),
      }),
      reduceChat,
      parts.schedule,
    )
    this.connection = new Connection({
      ...parts,
      passport: () => ({ ...passportOf(this.store.get()), token: parts.token.token }),
      onState: (state) => this.#dispatch({ type: 'connection', state, at: parts.clock.now() }),
      onEvent: (event) => this.#heard(event),
    })
  }

  /** Enters with a token that somebody has pasted. Returns whether there was one in it. */
  enterWith(pasted: string): boolean {
    const token = readToken(pasted)
    if (token === undefined) return false
    this.#parts.token.token = token
    // Whoever is in already comes anew, as somebody else.
    this.connection.stop()
    this.connection.tryNow()
    return true
  }

  /** Enters as nobody in particular, if the server lets those in. */
  enterWithout(): void {
    this.#parts.token.token = undefined
    this.connection.tryNow()
  }

  /** Carries out what a person has typed. Returns whether it is done; if not, the text must be kept. */
  perform(input: Input): boolean {
    const { line } = this.connection
    switch (input.kind) {
      case 'say':
        return this.say(input.text)
      case 'join':
        this.go(input.room)
        return true
      case 'nick':
        this.rename(input.name)
        return true
      case 'unclear':
        this.#dispatch({ type: 'note', tone: 'warning', lines: [input.problem] })
        return false
      case 'who':
        if (line === undefined) return false
        this.#dispatch({ type: 'ask', question: 'members' })
        line.askMembers()
        return true
      case 'rooms':
        if (line === undefined) return false
        this.#dispatch({ type: 'ask', question: 'rooms' })
        line.askRooms()
        return true
      case 'help':
        if (line === undefined) return false
        line.askHelp()
        return true
      case 'order':
        if (line === undefined) return false
        line.order(input.text)
        return true
    }
  }

  /** Says a text in our room. Returns whether it is on its way; without a connection it is not. */
  say(text: string): boolean {
    const { line } = this.connection
    if (line === undefined || this.store.get().joining !== undefined) return false
    const key = `o${this.#nextKey++}`
    this.#dispatch({ type: 'say', key, text })
    line.say(text)
    this.#parts.clock.after(confirmDeadlineMs, () => this.#dispatch({ type: 'overdue', key }))
    return true
  }

  /** Says one again that was not confirmed. */
  sayAgain(key: string): void {
    const said = this.store.get().outgoing.find((outgoing) => outgoing.key === key)
    if (said?.room === this.store.get().room && this.say(said.text)) this.withdraw(key)
  }

  /** Gives up a message that was not confirmed. */
  withdraw(key: string): void {
    this.#dispatch({ type: 'withdraw', key })
  }

  /** Moves to another room; without a connection, that is where we shall enter. */
  go(room: string): void {
    if (room === '' || room === (this.store.get().joining ?? this.store.get().room)) return
    const { line } = this.connection
    const fault = line === undefined ? roomFault(room) : undefined
    if (fault !== undefined) {
      this.#dispatch({ type: 'note', tone: 'warning', lines: [fault] })
      return
    }
    this.#dispatch({ type: 'go', room, isUnderWay: line !== undefined })
    line?.join(room)
    if (line === undefined) this.#remember()
  }

  /** Asks for another name; without a connection, that is the one under which we shall enter. */
  rename(name: string): void {
    const { line } = this.connection
    if (line !== undefined) {
      line.rename(name)
      return
    }
    const problem = nameFault(name)
    this.#dispatch(problem === undefined ? { type: 'name', name } : { type: 'refuse-name', problem })
    this.#remember()
  }

  /** Brings the list of rooms up to date; somebody wants to look at it. */
  refreshRooms(): void {
    this.connection.line?.askRooms()
  }

  /** Removes a room from those that are remembered. */
  forget(room: string): void {
    this.#dispatch({ type: 'forget', room })
    this.#remember()
  }

  /** Whether the newest message is in view. */
  read(isAtEnd: boolean): void {
    this.#dispatch({ type: 'read', isAtEnd })
  }

  /** Whether the page is in view. */
  look(isVisible: boolean): void {
    this.#dispatch({ type: 'look', isVisible })
  }

  #heard(event: LineEvent): void {
    this.#dispatch({ type: 'heard', event, at: this.#parts.clock.now() })
    const isAboutUs = event.kind === 'welcome' || event.kind === 'moved' || event.kind === 'named'
    if (isAboutUs) this.#remember()
    // The list of rooms is refreshed now and then; a move is a moment when it has surely changed.
    if (event.kind === 'moved') this.refreshRooms()
  }

  #remember(): void {
    const { preferences } = this.#parts
    const { name, room, visited } = this.store.get()
    preferences.name = name
    preferences.room = room
    preferences.visited = visited
  }

  #dispatch(action: ChatAction): void {
    const before = this.store.get().outgoing
    this.store.dispatch(action)
    const { outgoing } = this.store.get()
    if (outgoing !== before) this.#parts.drafts.writeOutgoing(outgoing)
  }
}

function passportOf(state: ChatState): Passport {
  const { room, name } = state
  return { room, name, since: positionOf(timelineOf(state, room)) }
}
