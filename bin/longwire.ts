#!/usr/bin/env node
export {}

const needed = 24
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(`Longwire needs Node ${needed} or later, and this is Node ${process.versions.node}.`)
  process.exitCode = 1
} else {
  await import('./main.ts')
}
