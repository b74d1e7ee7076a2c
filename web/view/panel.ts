/** What may be open before the page; one at a time. */
export type Panel = 'rooms' | 'people' | 'switcher' | 'name' | 'help'
