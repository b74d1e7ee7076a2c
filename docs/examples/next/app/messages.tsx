'use client'

import { Centrifuge } from 'centrifuge'
import { type FormEvent, useEffect, useState } from 'react'

interface MessagesProps {
  readonly said: readonly string[]
  readonly since: { readonly offset: number; readonly epoch: string }
}

export function Messages({ said, since: { offset, epoch } }: MessagesProps) {
  const [texts, setTexts] = useState(said)
  useEffect(() => {
    const client = new Centrifuge(`${location.origin.replace('http', 'ws')}/connection/websocket`)
    const news = client.newSubscription('news', { since: { offset, epoch } })
    news.on('publication', ({ data }) => setTexts((before) => [...before, data.text]))
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
        {texts.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only added, at the end
          <li key={index}>{text}</li>
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
