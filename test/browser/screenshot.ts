/**
 * Takes the pictures of the README: starts a server, fills a room with people who talk, looks at it with a browser
 * and writes `docs/images/chat.png` and `docs/images/chat-dark.png`. Run it with `node test/browser/screenshot.ts`.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/paths.mjs'
import { launchChromium } from './chromium.ts'
import { RawMember } from './raw-member.ts'
import { Server } from './server.ts'
import { Visitor } from './visitor.ts'

const room = 'harbour'
const self = 'Ada'
/** Comes in after this many messages. */
const latecomer = { name: 'Lotte', after: 6 }

/** Who is in the other rooms. */
const elsewhere = { lobby: ['Jun', 'Marta', 'Theo', 'Wren'], 'night-shift': ['Omar', 'Pia'] }

/** Who says what; each line is said when the last has been heard. */
const talk: readonly (readonly [name: string, text: string])[] = [
  ['Quiet Heron', 'Morning. Has anybody heard from the pilot boat?'],
  ['Quiet Heron', 'She was due at six, and from the window I can see as far as the second buoy.'],
  ['Freya', 'Passed the outer mark ten minutes ago: https://example.org/ais/pilot-3'],
  [self, 'Good. I’ll put the kettle on.'],
  [
    'Mei Tanaka',
    'Two cups, please. I am bringing the new charts up:\n  sheet 4, harbour mouth\n  sheet 5, roads and anchorage',
  ],
  ['سارة', 'صباح الخير، الضباب يرتفع'],
  ['Freya', 'Fog is lifting on the pier as well.'],
  [self, 'Then we open the north channel at eight, as planned.'],
  [self, 'I’ll tell the bridge.'],
]

const server = await Server.start()
const browser = await launchChromium()
try {
  const members = new Map<string, RawMember>()
  for (const name of new Set(talk.map(([name]) => name))) {
    if (name !== self) members.set(name, await RawMember.enter(server.url, name, room))
  }
  for (const [other, names] of Object.entries(elsewhere)) {
    for (const name of names) await RawMember.enter(server.url, name, other)
  }
  const visitor = await Visitor.enter(browser, server.url, {
    name: self,
    room,
    browser: { viewport: { width: 1240, height: 800 }, deviceScaleFactor: 2, reducedMotion: 'reduce' },
  })
  for (const [index, [name, text]] of talk.entries()) {
    if (index === latecomer.after) await RawMember.enter(server.url, latecomer.name, room)
    const member = members.get(name)
    if (member === undefined) await visitor.say(text)
    else member.say(text)
    // Heard and confirmed, before the next one speaks.
    await visitor.log.locator('.message:not(.under-way)').nth(index).waitFor()
  }
  const folder = join(projectRoot, 'docs/images')
  mkdirSync(folder, { recursive: true })
  for (const [scheme, file] of [
    ['light', 'chat.png'],
    ['dark', 'chat-dark.png'],
  ] as const) {
    await visitor.page.emulateMedia({ colorScheme: scheme })
    await visitor.page.screenshot({ path: join(folder, file) })
    console.log(`docs/images/${file}`)
  }
} finally {
  await browser.close()
  await server.kill()
}
