/** What a line that begins with `/` may say: one row for each command. */

import type { Awaitable } from '../../handlers.ts'
import { isThenable } from '../../thenable.ts'
import { markedName, vouched } from './formats.ts'
import { moderatorCommands } from './moderator-commands.ts'
import type { Reply } from './reply.ts'
import type { PlainSession } from './session.ts'

export interface Command {
  readonly usage: string
  readonly help: string
  /** Others are not told of it, and may not give it. */
  readonly isForModerators?: true
  /** Throws `HubRefusal` with the sentence that the sender gets. */
  readonly run: (session: PlainSession, argument: string) => Awaitable<Reply>
}

/** Whoever asks for the names in a great room gets the first of them and the count. */
const namesListed = 500

/** Something, and a token behind it: other words may belong to the name of a room. */
const withToken = /^(.*\S)\s+([\w-]+\.[\w-]+\.[\w-]+)$/s

const commands: Readonly<Record<string, Command>> = {
  login: {
    usage: '/login TOKEN',
    help: 'says who you are, or prolongs your stay with a new token',
    run: async (session, token) => {
      const { user, expiresAt } = await session.logIn(token)
      const until = expiresAt === undefined ? '' : ` until ${new Date(expiresAt).toISOString()}`
      return {
        data: { command: 'login', ...vouched(user), ...(expiresAt === undefined ? {} : { expiresAt }) },
        lines: [user === '' ? 'You are anonymous here.' : `You are known here${until}.`],
      }
    },
  },
  nick: {
    usage: '/nick NAME',
    help: 'changes your name',
    run: (session, name) => {
      session.rename(name)
      return { data: { command: 'nick', name }, lines: [`You are ${name} now.`] }
    },
  },
  join: {
    usage: '/join ROOM [TOKEN]',
    help: 'leaves this room for another, which may need a token of its own',
    run: async (session, argument) => {
      const [, roomName = argument, roomToken] = withToken.exec(argument) ?? []
      const arrival = await session.move(roomName, roomToken)
      // The connection has ended: nobody reads this.
      if (arrival === undefined) return { data: {}, lines: [] }
      const { membership, members, history } = arrival
      const { room, name } = membership
      // A handler may show the person others alone.
      const self = members?.includes(name) === true ? 1 : 0
      const company = members === undefined ? '' : `, with ${others(members.length - self)}`
      return {
        data: {
          command: 'join',
          room: room.name,
          name,
          members: members ?? [],
          ...(history === undefined ? {} : { history }),
        },
        lines: [`You are in ${room.name} now${company}.`],
      }
    },
  },
  who: {
    usage: '/who',
    help: 'says who is in this room',
    run: async (session) => {
      const { room } = session.membership
      const members = await session.present()
      const names = members.map(({ name }) => name)
      const listed = members
        .slice(0, namesListed)
        .map(({ name, user }) => markedName(name, user))
        .join(', ')
      const rest = names.length > namesListed ? ` and ${names.length - namesListed} more` : ''
      return {
        data: { command: 'who', room: room.name, names },
        lines: [`In ${room.name}: ${listed}${rest}.`],
      }
    },
  },
  rooms: {
    usage: '/rooms',
    help: 'lists the rooms that have people in them',
    run: (session) => {
      const rooms = session.rooms.map(({ name, size }) => ({ room: name, members: size }))
      rooms.sort((a, b) => b.members - a.members || a.room.localeCompare(b.room))
      return {
        data: { command: 'rooms', rooms },
        lines: rooms.slice(0, namesListed).map(({ room, members }) => `${room} (${members})`),
      }
    },
  },
  ...moderatorCommands,
  help: {
    usage: '/help',
    help: 'lists the commands',
    run: ({ isModerator }) => {
      const lines = Object.values(commands)
        .filter(({ isForModerators }) => isModerator || isForModerators === undefined)
        .map(({ usage, help }) => `${usage} ${help}.`)
      lines.push('A message that begins with a slash is written with two: //like this.')
      return { data: { command: 'help', lines }, lines }
    },
  },
}

/** Runs what stands after the `/`. Never throws for what a person typed. */
export function runCommand(
  session: PlainSession,
  line: string,
  refused: (error: unknown) => string,
): Awaitable<Reply> {
  const [, word = '', argument = ''] = /^(\S*)\s*(.*?)\s*$/s.exec(line) ?? []
  const name = word.toLowerCase()
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    return failure(word, `There is no command /${word}; /help lists those that there are.`)
  }
  if (command.isForModerators === true && !session.isModerator) {
    return failure(name, `Only moderators may say /${name}.`)
  }
  if (command.usage.includes(' ') && argument === '')
    return failure(name, `Say it like this: ${command.usage}`)
  const failed = (error: unknown): Reply => failure(name, refused(error))
  try {
    const reply = command.run(session, argument)
    return isThenable(reply) ? reply.then(undefined, failed) : reply
  } catch (error) {
    return failed(error)
  }
}

function failure(command: string, sentence: string): Reply {
  return { data: { command, error: sentence }, lines: [sentence] }
}

function others(count: number): string {
  return count === 0 ? 'nobody else' : count === 1 ? 'one other' : `${count} others`
}
