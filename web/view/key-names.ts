/** What keys are called on the machine before which the person sits. */
const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The key that goes with another one to make a command. */
export const commandKey = isApple ? '⌘' : 'Ctrl'
