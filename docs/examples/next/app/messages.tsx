'use client'

import { Centrifuge } from 'centrifuge'
import { type FormEvent, useEffect, useState } from 'react'

export interface Message {
  /** Counts in the room, from 1. */
  readonly offset: number
  readonly text: string
}

interface MessagesProps {
  readonly said: readonly Message[]
  readonly since: { readonly offset: number; readonly epoch: string }
}

export function Messages({ said, since: { offset, epoch } }: MessagesProps) {
  const [messages, setMessages] = useState(said)
  useEffect(() => {
    const client = new Centrifuge(`${location.origin.replace('http', 'ws')}/connection/websocket`)
    const news = client.newSubscription('news', { since: { offset, epoch } })
    news.on('publication', ({ offset = 0, data }) => {
      setMessages((before) => [...before, { offset, text: data.text }])
    })
    news.subscribe()
    client.connect()
    return () => client.disconnect()
  }, [offset, epoch])

  async function say(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const text = new FormData(form).get('text')
    form.reset()
    await fetch('/say', { method: 'POST', body: JSON.stringify({ text }) })
  }

  return (
    <main>
      <ul>
        {messages.map(({ offset, text }) => (
          <li key={offset}>{text}</li>
        ))}
      </ul>
      <form onSubmit={say}>
        <label>
          Message <input name="text" required />
        </label>
        <button type="submit">Send</button>
      </form>
    </main>
  )
}
