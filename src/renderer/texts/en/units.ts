import { nouns } from './nouns.ts'

export const units = {
  minutesSeconds: ({ minutes, seconds }: { minutes: number; seconds: number }) => `${minutes} min ${seconds} s`,
  hoursMinutes: ({ hours, minutes }: { hours: number; minutes: number }) => `${hours} h ${minutes} min`,
  aFewSeconds: 'a few seconds',
  aboutSeconds: (seconds: number) => `about ${nouns.second(seconds)}`,
  aboutMinutes: (minutes: number) => `about ${nouns.minute(minutes)}`,
  about: (hours: string) => `about ${hours}`,
  aboutHoursMinutes: ({ hours, minutes }: { hours: string; minutes: number }) =>
    `about ${hours} ${nouns.minute(minutes)}`,
  estimating: 'estimating…',
  underASecond: 'under 1 s',
  seconds: (seconds: number) => `${seconds} s`,
}
