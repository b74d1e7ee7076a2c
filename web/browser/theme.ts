/** Light or dark: what the person chose, else what their system says. The style sheets read it from the root. */
import { memoryIn } from './memory.ts'
import { preferencesIn, type Theme } from './preferences.ts'

const preferences = preferencesIn(memoryIn(() => localStorage))

export function chosenTheme(): Theme {
  return preferences.theme
}

export function chooseTheme(theme: Theme): void {
  preferences.theme = theme
  applyTheme()
}

/** Called before the first paint, so that nobody sees the other theme flash. */
export function applyTheme(): void {
  const { theme } = preferences
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
