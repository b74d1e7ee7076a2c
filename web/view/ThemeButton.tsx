/** Light, dark, or as the system has it. */
import { useState } from 'preact/hooks'
import { type Theme, themes } from '../browser/preferences.ts'
import { chooseTheme, chosenTheme } from '../browser/theme.ts'
import { Icon, type IconName } from './Icon.tsx'

const faces: Record<Theme, { icon: IconName; words: string }> = {
  system: { icon: 'halfMoon', words: 'as the system' },
  light: { icon: 'sun', words: 'light' },
  dark: { icon: 'moon', words: 'dark' },
}

export function ThemeButton() {
  const [theme, setTheme] = useState(chosenTheme)
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  const words = `Theme: ${faces[theme].words}. Change to ${faces[next].words}`
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={words}
      title={words}
      onClick={() => {
        chooseTheme(next)
        setTheme(next)
      }}
    >
      <Icon name={faces[theme].icon} />
    </button>
  )
}
