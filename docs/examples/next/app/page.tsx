import { Messages } from './messages'

export const dynamic = 'force-dynamic'

/** Rendered on the server with what has been said; the browser goes on from exactly there. */
export default async function Page() {
  const { publications, offset, epoch } = await globalThis.longwire.history('news')
  const said = publications.map((publication) => ({
    offset: publication.offset,
    text: (publication.data as { text: string }).text,
  }))
  return <Messages said={said} since={{ offset, epoch }} />
}
