/** Whether a message is a few emoji and nothing else; such a message is shown larger. */
const emoji = /^(?:\p{RGI_Emoji}\s*){1,4}$/v

export function isOnlyEmoji(text: string): boolean {
  // The longest single emoji has some 35 units; a long text need not be searched.
  return text.length < 160 && emoji.test(text.trim())
}
