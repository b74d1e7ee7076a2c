/** A route of the application's own: it looks at what came, and publishes it. */
export async function POST(request: Request): Promise<Response> {
  const { text } = await request.json()
  if (typeof text !== 'string' || text === '')
    return Response.json({ error: 'Say something.' }, { status: 400 })
  const { offset } = await globalThis.longwire.publish('news', { text })
  return Response.json({ offset }, { status: 201 })
}
