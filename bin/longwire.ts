#!/usr/bin/env node
export {}

const needed = 24
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(`Longwire needs Node ${needed} or later, and this is Node ${process.versions.node}.`)
  process.exitCode = 1
} else if (process.argv[2] === 'redis') {
  // Decided here, so that nothing of the server is loaded for it.
  await import('./redis.ts')
} else {
  await import('./main.ts')
}
