/** A bird on a wire: shown where there is nothing to see yet. */
export function QuietWire() {
  return (
    <svg class="quiet-wire" viewBox="0 0 240 96" aria-hidden="true" focusable="false">
      <path class="pole" d="M28 14v78M16 26h24M212 14v78M200 26h24" />
      <path class="strand" d="M-6 30Q10 34 20 24C72 74 168 74 220 24q10 10 26 6" />
      <g class="bird">
        <path d="M130 47c-7-1-12 3-14 12l-6 8 10-3c8 0 14-5 13-13l5-2-4-2c-1-1-2-1.500-4-1Z" />
        <circle cx="131" cy="50" r="1" />
      </g>
    </svg>
  )
}
