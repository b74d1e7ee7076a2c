/** Reads metrics as Prometheus does. */

export interface Scrape {
  /** The value of a sample; its labels in the order in which they are printed: `name{a="b"}`. */
  value(sample: string): number | undefined
  /** What each metric is: `counter`, `gauge`, … */
  readonly types: ReadonlyMap<string, string>
  readonly helps: ReadonlyMap<string, string>
}

/** Throws at a line that is no Prometheus text format. */
export function readScrape(text: string): Scrape {
  const values = new Map<string, number>()
  const types = new Map<string, string>()
  const helps = new Map<string, string>()
  for (const line of text.split('\n')) {
    const about = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line)
    const sample = /^([a-z_:][\w:]*(?:\{(?:\w+="[^"]*",?)*\})?) (\S+)$/i.exec(line)
    if (about !== null) (about[1] === 'HELP' ? helps : types).set(about[2]!, about[3]!)
    else if (sample !== null && !Number.isNaN(Number(sample[2]))) values.set(sample[1]!, Number(sample[2]))
    else if (line !== '' && !/ (?:nan|[+-]?inf)$/i.test(line)) throw new Error(`This is no metric: ${line}`)
  }
  return { value: (name) => values.get(name), types, helps }
}

export async function scrape(httpPort: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`)
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`)
  return readScrape(await response.text())
}
