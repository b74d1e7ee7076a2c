/** `longwire`: the whole server, to be started from a program. */
export type { Configuration } from './server/configuration/configuration.ts'
export { CertificateError, type RunningServer, startServer } from './server/server.ts'
