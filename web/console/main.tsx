/** Where the console page begins. */
import '../style/console.css'
import { render } from 'preact'
import { applyTheme } from '../browser/theme.ts'
import { ConsolePage } from './ConsolePage.tsx'

applyTheme()
render(<ConsolePage />, document.getElementById('page')!)
