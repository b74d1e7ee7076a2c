import { describe, expect, it } from 'vitest'
import { createStore } from '../../../web/state/store.ts'

function counter() {
  const scheduled: (() => void)[] = []
  const store = createStore(
    0,
    (count: number, step: number) => count + step,
    (tell) => scheduled.push(tell),
  )
  let told = 0
  const unsubscribe = store.subscribe(() => {
    told += 1
  })
  const flush = () => {
    for (const tell of scheduled.splice(0)) tell()
  }
  return { store, scheduled, flush, unsubscribe, told: () => told }
}

describe('the store', () => {
  it('changes at once, and tells once for many changes', () => {
    const { store, scheduled, flush, told } = counter()
    for (let step = 1; step <= 1_000; step += 1) store.dispatch(step)
    expect(store.get()).toBe(500_500)
    expect(told()).toBe(0)
    expect(scheduled).toHaveLength(1)
    flush()
    expect(told()).toBe(1)
  })

  it('tells again of what comes after', () => {
    const { store, flush, told } = counter()
    store.dispatch(1)
    flush()
    store.dispatch(1)
    flush()
    expect(told()).toBe(2)
  })

  it('tells nothing when nothing has changed, and nobody who has left', () => {
    const { store, scheduled, flush, unsubscribe, told } = counter()
    store.dispatch(0)
    expect(scheduled).toHaveLength(0)
    unsubscribe()
    store.dispatch(1)
    flush()
    expect(told()).toBe(0)
  })
})
