/**
 * Names in texts for people come from files that may be hostile: without what a terminal would obey, and not endless.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '�').slice(0, 500)
