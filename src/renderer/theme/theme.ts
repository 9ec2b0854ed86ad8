import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const blue: MantineColorsTuple = [
  '#eaf3ff',
  '#d3e5ff',
  '#a6c9ff',
  '#79aefc',
  '#5196f7',
  '#3484ee',
  '#1c6fdf',
  '#0d5fc9',
  '#0a52ae',
  '#083f87',
]

/** Mantine's own are too pale for white letters on a button. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#fa5252',
  '#c92a2a',
  '#b3161f',
  '#a11a1f',
  '#8f1519',
]

/** Neutral greys of the dark scheme, lightest first: text, muted text, borders, surfaces, background. */
const dark: MantineColorsTuple = [
  '#e4e8ed',
  '#c5ccd5',
  '#a5adb9',
  '#8b94a1',
  '#3b424c',
  '#2d333c',
  '#23282f',
  '#171a1f',
  '#121519',
  '#0d0f12',
]

/**
 * The look of the window: small type, quiet surfaces, one accent colour. All text colours reach a contrast of 4.5 on
 * the surfaces that they stand on.
 */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 7, dark: 6 },
  colors: { blue, dark, red },
  white: '#ffffff',
  black: '#1d2229',
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, Cantarell, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { md: '6px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
})

/** Mantine's own variables where its defaults are too pale to be read with ease. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#565f6b',
    '--mantine-color-placeholder': '#656d78',
    '--mantine-color-default-border': '#c9d0d8',
    '--mantine-color-error': '#b3161f',
  },
  dark: {
    '--mantine-color-body': '#1f242b',
    '--mantine-color-dimmed': '#a5adb9',
    '--mantine-color-placeholder': '#97a0ac',
    '--mantine-color-default': '#262b33',
    '--mantine-color-default-border': '#47505b',
    '--mantine-color-error': '#ff9189',
  },
})
