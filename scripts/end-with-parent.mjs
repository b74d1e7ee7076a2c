// @ts-check
/**
 * Loaded before the server by `npm start`: when the process that started it is gone (killed, so that it could pass
 * nothing on), the server ends in order instead of holding its ports as an orphan.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
