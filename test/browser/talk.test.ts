import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { RawMember } from './raw-member.ts'
import { Server } from './server.ts'
import { eventually, Visitor } from './visitor.ts'

const browser = useChromium()
let server: Server
beforeAll(async () => {
  server = await Server.start()
})
afterAll(() => server.drain())

let rooms = 0
/** A room of its own for each test. */
const newRoom = () => `room-${++rooms}`

describe('people who chat', () => {
  it('see each other’s messages at once, in the same order, their own marked', async () => {
    const room = newRoom()
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room })
    const bo = await Visitor.enter(browser(), server.url, { name: 'Bo', room })
    await ann.say('Is anybody there?')
    await eventually(() => bo.talk()).toEqual(['Ann: Is anybody there?'])
    await bo.say('I am.')
    await ann.say('Good.')
    await eventually(() => ann.talk()).toEqual([
      'Ann (you): Is anybody there?',
      'Bo: I am.',
      'Ann (you): Good.',
    ])
    await eventually(() => bo.talk()).toEqual(['Ann: Is anybody there?', 'Bo (you): I am.', 'Ann: Good.'])
    await eventually(() => ann.field.inputValue()).toBe('')
    await ann.leave()
    await bo.leave()
  })

  it('see who comes, who goes and who takes another name', async () => {
    const room = newRoom()
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room })
    await eventually(() => ann.people()).toEqual(['Ann'])
    const bo = await Visitor.enter(browser(), server.url, { name: 'Bo', room })
    await eventually(() => ann.people()).toEqual(['Ann', 'Bo'])
    await eventually(() => bo.people()).toEqual(['Bo', 'Ann'])
    await eventually(() => ann.quietLines()).toEqual(['Bo joined.'])
    await bo.say('/nick Boris')
    await eventually(() => ann.people()).toEqual(['Ann', 'Boris'])
    await eventually(() => bo.people()).toEqual(['Boris', 'Ann'])
    await ann.say('Hello Boris')
    await bo.leave()
    await eventually(() => ann.people()).toEqual(['Ann'])
    await eventually(async () => (await ann.quietLines()).at(-1)).toBe('Boris left.')
    await ann.leave()
  })

  it('keep their name and room when they load the page anew, and the unsent text too', async () => {
    const room = newRoom()
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room })
    await ann.field.fill('Not sent y')
    await ann.page.reload()
    await ann.isConnected()
    expect(await ann.field.inputValue()).toBe('Not sent y')
    await eventually(() => ann.people()).toEqual(['Ann'])
    await ann.page.goto(server.url)
    await ann.isConnected()
    await eventually(() => ann.page.getByRole('heading', { level: 1 }).textContent()).toContain(room)
    await ann.leave()
  })

  it('go to another room and back, by name, by the list and by the browser’s back button', async () => {
    const [first, second] = [newRoom(), newRoom()]
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: first })
    const bo = await RawMember.enter(server.url, 'Bo', second)
    await ann.say('said in the first')
    await ann.say(`/join ${second}`)
    await eventually(() => ann.people()).toEqual(['Ann', 'Bo'])
    expect(ann.page.url()).toContain(`room=${second}`)
    bo.say('said in the second')
    await eventually(() => ann.texts()).toEqual(['said in the second'])
    await ann.page
      .getByRole('navigation', { name: 'Rooms' })
      .getByRole('button', { name: first })
      .first()
      .click()
    await eventually(() => ann.texts()).toEqual(['said in the first'])
    await ann.page.goBack()
    await eventually(() => ann.texts()).toEqual(['said in the second'])
    await bo.leave()
    await ann.leave()
  })

  it('can say what looks like a command, and hear why a command was none', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: newRoom() })
    await ann.say('//who is there')
    await eventually(() => ann.texts()).toEqual(['/who is there'])
    await ann.say('/fly away')
    await eventually(async () => (await ann.quietLines()).at(-1)).toContain('There is no command /fly')
    expect(await ann.field.inputValue()).toBe('/fly away')
    await ann.say('/who')
    await eventually(async () => (await ann.quietLines()).at(-1)).toMatch(/Ann/)
    await ann.leave()
  })

  it('write several lines as one message', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: newRoom() })
    await ann.field.pressSequentially('one')
    await ann.field.press('Shift+Enter')
    await ann.field.pressSequentially('two')
    await ann.field.press('Enter')
    await eventually(() => ann.texts()).toEqual(['one\ntwo'])
    await ann.leave()
  })
})

describe('what people write', () => {
  it('is shown as text, whatever it looks like', async () => {
    const room = newRoom()
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room })
    const hostile = [
      '<img src=x onerror="document.title=\'taken\'">',
      '<script>document.title="taken"</script>',
      '&lt;b&gt; <b>bold</b>',
      'javascript:alert(1) data:text/html,<b>x</b>',
    ]
    const bo = await RawMember.enter(server.url, '<b>Bo</b>', room)
    for (const text of hostile) bo.say(text)
    await eventually(() => ann.texts()).toEqual(hostile)
    expect(await ann.log.locator('img, script, b, a').count()).toBe(0)
    expect(await ann.log.locator('.author').first().textContent()).toBe('<b>Bo</b>')
    expect(await ann.page.title()).not.toContain('taken')
    await bo.leave()
    await ann.leave()
  })

  it('has web addresses that can be followed, and give nothing of us away', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: newRoom() })
    await ann.say('see https://example.org/a?b=c.')
    const link = ann.log.getByRole('link', { name: 'https://example.org/a?b=c', exact: true })
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe('https://example.org/a?b=c')
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    await ann.leave()
  })

  it('keeps its direction, and very long words stay within the page', async () => {
    const room = newRoom()
    const longName = 'Wolfeschlegelsteinhausenbergerdorff'
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room })
    const sara = await RawMember.enter(server.url, 'سارة', room)
    const long = await RawMember.enter(server.url, longName, room)
    sara.say('صباح الخير')
    await eventually(() => ann.talk()).toContain('سارة: صباح الخير')
    long.say('x'.repeat(2_000))
    await eventually(async () => (await ann.texts()).length).toBe(2)
    const directionOf = (index: number) =>
      ann.page.evaluate<string>(`getComputedStyle(log.querySelectorAll('.text')[${index}]).direction`)
    expect([await directionOf(0), await directionOf(1)]).toEqual(['rtl', 'ltr'])
    expect(await ann.overflow()).toBe(0)
    await sara.leave()
    await long.leave()
    await ann.leave()
  })

  it('is not sent when it is longer than the server takes, and is kept to be shortened', async () => {
    const ann = await Visitor.enter(browser(), server.url, { name: 'Ann', room: newRoom() })
    const tooLong = 'é'.repeat(40_000)
    await ann.say(tooLong)
    await ann.page.getByText('Too long by').waitFor()
    expect(await ann.field.inputValue()).toBe(tooLong)
    expect(await ann.texts()).toEqual([])
    await ann.isConnected()
    await ann.leave()
  })
})
