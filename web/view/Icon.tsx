/** Small drawings for buttons. They say nothing themselves: the button has the words. */
const paths = {
  menu: 'M4 7h16M4 12h16M4 17h10',
  people:
    'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11Zm-6 8.5c0-3.2 2.7-5 6-5s6 1.8 6 5M16 5.2a3 3 0 0 1 0 5.6M17.5 14.9c2.1.6 3.5 2.1 3.5 4.6',
  back: 'M19 12H6M11.500 6.500 6 12l5.500 5.500',
  send: 'M5 12h13M12.5 6.5 18 12l-5.5 5.5',
  down: 'M12 5v13M6.5 12.5 12 18l5.5-5.5',
  copy: 'M9 9h10v10H9ZM15 5.500V5H5v10h.500',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  pencil: 'M5 19l1-4L16 5l3 3L9 18l-4 1Z',
  check: 'M5.500 12.500 10 17l8.500-9.500',
  plus: 'M12 5v14M5 12h14',
  help: 'M9.2 9.2a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.2-1.5 2.3M12 17.6v.1',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1',
  warning: 'M12 4.500 21 19.500H3L12 4.500ZM12 10v4.500M12 17.200v.1',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10Z',
  halfMoon: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
