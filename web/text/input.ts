/** What a person's line means: words for the room, or a command to the page. The same commands as in a terminal. */
export type Input =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'join'; readonly room: string }
  | { readonly kind: 'nick'; readonly name: string }
  | { readonly kind: 'who' | 'rooms' | 'help' }
  /** For moderators; the server knows who is one, and what may stand in it. */
  | { readonly kind: 'order'; readonly text: string }
  /** Looks like a command, and is none that can be carried out. `problem` is a sentence. */
  | { readonly kind: 'unclear'; readonly problem: string }

/**
 * Reads what was typed. A doubled slash at the beginning stands for one that is meant as text, and so does one
 * with white space after it. `undefined`: there is nothing in it.
 */
export function readInput(typed: string): Input | undefined {
  const text = typed.replace(/^\s*\n|\s+$/g, '')
  if (text.trim() === '') return undefined
  if (text.startsWith('//')) return { kind: 'say', text: text.slice(1) }
  const command = /^\/(\S+)\s*(.*)$/s.exec(text)
  return command === null ? { kind: 'say', text } : readCommand(command[1] ?? '', command[2] ?? '')
}

function readCommand(word: string, rest: string): Input {
  switch (word.toLowerCase()) {
    case 'join':
      return rest === ''
        ? { kind: 'unclear', problem: 'Which room? Write /join and its name.' }
        : { kind: 'join', room: roomName(rest) }
    case 'nick':
      return rest === ''
        ? { kind: 'unclear', problem: 'Which name? Write /nick and the name you want.' }
        : { kind: 'nick', name: rest }
    case 'who':
      return { kind: 'who' }
    case 'rooms':
      return { kind: 'rooms' }
    case 'help':
      return { kind: 'help' }
    case 'mute':
    case 'unmute':
    case 'kick':
    case 'ban':
    case 'unban':
    case 'sanctions':
      return { kind: 'order', text: `/${word} ${rest}`.trim() }
    default:
      return {
        kind: 'unclear',
        problem: `There is no command /${word}. To say it as text, begin with two slashes: //${word}`,
      }
  }
}

/** A room as people write it, with or without the sign that the page puts before it, and in several words. */
export function roomName(typed: string): string {
  return typed.trim().replace(/^#+/, '').trim().replaceAll(/\s+/g, '-')
}
