/**
 * Which pages may use the gateway: those of its own address, and those that the configuration allows. Every
 * request of a browser is looked at, also those that need no permission, such as an image's: a page elsewhere
 * could otherwise write to Redis through a visitor's browser.
 */
import { isIP } from 'node:net'
import type { Refusal } from '../gateway/authorize.ts'
import type { GatewayRequest } from '../gateway/exchange.ts'
import { anotherSite, foreignPage } from './foreign-page.ts'
import { isLoopback } from './loopback.ts'

export interface GuardOptions {
  readonly allowOrigin: readonly string[]
  /** Names and addresses beside localhost; `*`: all. */
  readonly allowHost: readonly string[]
  /** Only this machine reaches the gateway, so no other address is meant. */
  readonly isLocal: boolean
}

/** Why a request is not answered; `undefined`: it is. */
export type Guard = (request: GatewayRequest) => Refusal | undefined

export function gatewayGuard({ allowOrigin, allowHost, isLocal }: GuardOptions): Guard {
  const names = new Set(allowHost.map((name) => name.toLowerCase()))
  const isKnownHost = (host: string): boolean => {
    const name = (
      host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '')
    ).toLowerCase()
    return isLoopback(name) || name.endsWith('.localhost') || names.has(name) || (!isLocal && isAddress(name))
  }
  /** Header blocks that have passed: a connection's requests share one. */
  const passed = new WeakSet<object>()
  return (request) => {
    if (passed.has(request.headers)) return undefined
    const host = request.header('host')
    // A page whose name was made to point here has that name for its host (DNS rebinding).
    if (host !== undefined && !names.has('*')) {
      if (!isKnownHost(host)) {
        return refusal(`This gateway is not known as ${host}. Allow the name with --gateway-allow-host.`)
      }
    }
    const foreign = foreignPage(request.headers, allowOrigin)
    if (foreign !== undefined) {
      const hint = foreign === anotherSite ? '' : ` Allow them with --allow-origin ${foreign}.`
      return refusal(`Pages of ${foreign} may not use this gateway.${hint}`)
    }
    passed.add(request.headers)
    return undefined
  }
}

/**
 * An address that is one machine's. Those that only stand for this machine in another way are not among them: of a page
 * that asks for something there, browsers do not say where it is, as they do for the addresses that are known as loopback.
 */
function isAddress(name: string): boolean {
  return isIP(name) !== 0 && name !== '0.0.0.0' && name !== '::' && !name.startsWith('::ffff:')
}

function refusal(message: string): Refusal {
  return { status: 403, message }
}
