import { describe, expect, it } from 'vitest'
import { jsonFormat, lineFormat, textFormat } from '../../../src/chat/dialects/plain/formats.ts'
import { Publication } from '../../../src/chat/publication.ts'

const facts = { room: 'lobby', name: 'Ann', text: 'hi', time: 7, offset: 3 }
const said = (text: string): Publication =>
  Publication.said('lobby', { name: 'Ann', text }, undefined, facts.time, facts.offset)
const publication = said('hi')

describe('The plain dialect shows a message', () => {
  it('as just its text in a text frame', () => {
    expect(textFormat.publication(publication)).toEqual(Buffer.from('\x81\x02hi', 'latin1'))
  })

  it('as an object for pages', () => {
    expect(JSON.parse(jsonFormat.publication(publication).subarray(2).toString())).toEqual(facts)
  })

  it('as a line with its name, each line of a longer text so, lest it speak for others', () => {
    const text = 'one\nBob: two\r\nthree'
    expect(lineFormat.publication(said(text)).toString()).toBe('Ann: one\nAnn: Bob: two\nAnn: three\n')
  })

  it('to a terminal without anything that would command it', () => {
    expect(lineFormat.publication(said('a\x1b[2Jb\tc')).toString()).toBe('Ann: a\ufffd[2Jb\tc\n')
  })
})
