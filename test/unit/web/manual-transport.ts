/** A transport whose other end is the test. */
import type {
  Line,
  LineEnding,
  LineEvent,
  LineListener,
  Passport,
  Transport,
} from '../../../web/link/transport.ts'

/** One line, with what was asked of it, in words: `say hello`, `join harbour`, `rooms`. */
export class ManualLine implements Line {
  readonly as: Passport
  readonly #listener: LineListener
  readonly asked: string[] = []
  isHungUp = false

  constructor(as: Passport, listener: LineListener) {
    this.as = as
    this.#listener = listener
  }

  hear(event: LineEvent): void {
    this.#listener.event(event)
  }

  welcome(fields: Partial<LineEvent & { kind: 'welcome' }> = {}): void {
    const name = this.as.name ?? 'Quiet Otter'
    const { room } = this.as
    this.hear({ kind: 'welcome', room, name, members: [name], messageBytes: 65_536, ...fields })
  }

  end(code: number, ending: Partial<LineEnding> = {}): void {
    this.#listener.ended({ code, reason: '', wasWelcomed: true, ...ending })
  }

  say(text: string): void {
    this.asked.push(`say ${text}`)
  }

  join(room: string): void {
    this.asked.push(`join ${room}`)
  }

  rename(name: string): void {
    this.asked.push(`rename ${name}`)
  }

  askMembers(): void {
    this.asked.push('members')
  }

  askRooms(): void {
    this.asked.push('rooms')
  }

  askHelp(): void {
    this.asked.push('help')
  }

  order(text: string): void {
    this.asked.push(`order ${text}`)
  }

  hangUp(): void {
    this.isHungUp = true
  }
}

export class ManualTransport implements Transport {
  readonly lines: ManualLine[] = []

  connect(as: Passport, listener: LineListener): Line {
    const line = new ManualLine(as, listener)
    this.lines.push(line)
    return line
  }

  /** The latest line. */
  get line(): ManualLine {
    const line = this.lines.at(-1)
    if (line === undefined) throw new Error('Nobody has connected yet.')
    return line
  }
}
