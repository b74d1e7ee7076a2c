/** How many connections each user has, whatever dialects they speak, and that none has more than one may have. */
export interface UserLimits {
  /** Connections of one user at once; 0: no limit. Who is anonymous is no user. */
  readonly connectionsPerUser: number
}

export const defaultUserLimits: UserLimits = { connectionsPerUser: 0 }

/** Gives a place back; of no effect the second time. */
export type GiveBack = () => void

export class UserPlaces {
  readonly limit: number
  readonly #taken = new Map<string, number>()

  constructor({ connectionsPerUser }: UserLimits) {
    this.limit = connectionsPerUser
  }

  /** A place for one more connection of this user; `undefined`: there are as many as there may be. */
  take(user: string): GiveBack | undefined {
    if (this.limit === 0 || user === '') return () => {}
    const taken = this.#taken.get(user) ?? 0
    if (taken >= this.limit) return undefined
    this.#taken.set(user, taken + 1)
    let isHeld = true
    return () => {
      if (isHeld) this.#giveBack(user)
      isHeld = false
    }
  }

  #giveBack(user: string): void {
    const left = (this.#taken.get(user) ?? 1) - 1
    if (left === 0) this.#taken.delete(user)
    else this.#taken.set(user, left)
  }
}
