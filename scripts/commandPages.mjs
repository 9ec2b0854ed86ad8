import { createProgram } from '../src/main/cli/program.ts'

/**
 * A command as the manual page and the completions of shells need it, from commander itself.
 * @typedef {{ words: string[], usage: string, description: string, options: { flags: string[], term: string, text: string }[], commands: string[] }} Page
 */

const nobody = {
  args: [],
  variables: {},
  output: { print() {}, printWhole() {}, printJson() {}, note() {}, draw() {}, terminal: false },
  finish() {},
}

/** @returns {Page[]} the program itself first, then every command, each before its own commands */
export function pages() {
  const visit = (command, words) => {
    const help = command.createHelp()
    const below = help.visibleCommands(command).filter((it) => it.name() !== 'help')
    const page = {
      words,
      usage: help.commandUsage(command),
      description: help.commandDescription(command),
      options: help.visibleOptions(command).map((option) => ({
        flags: [option.short, option.long].filter((flag) => flag !== undefined),
        term: help.optionTerm(option),
        text: help.optionDescription(option),
      })),
      commands: below.map((it) => it.name()),
    }
    return [page, ...below.flatMap((it) => visit(it, [...words, it.name()]))]
  }
  return visit(createProgram(nobody), [])
}

/** The one line that introduces a command in a list. */
const summaryOf = ({ description }) => description.split('\n')[0]

const find = (all, words) => all.find((page) => page.words.join(' ') === words.join(' '))
const placeOf = ({ words }) => words.map((word) => ` ${word}`).join('')

const shellQuoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

/** How all three find out which command is being typed: the words so far that are one below the other. */
const placesOf = (all) => all.slice(1).map((page) => shellQuoted(placeOf(page)))

/** @param {Page[]} all */
export function bashCompletion(all) {
  const words = (page) => [...page.commands, ...page.options.flatMap(({ flags }) => flags)].join(' ')
  return `# bash completion for readur-migrate
_readur_migrate() {
  local place= word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
    ${placesOf(all).join(' | ')}) place="$place $word" ;;
    esac
  done
  case $place in
${all.map((page) => `  ${shellQuoted(placeOf(page))}) words=${shellQuoted(words(page))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _readur_migrate readur-migrate
`
}

/** @param {Page[]} all */
export function zshCompletion(all) {
  const entry = (name, text) => shellQuoted(`${name}:${text.replaceAll('\n', ' ')}`)
  const list = (entries) => `(${entries.join(' ')})`
  const cases = all.map((page) => {
    const commands = page.commands.map((name) => entry(name, summaryOf(find(all, [...page.words, name]))))
    const options = page.options.flatMap(({ flags, text }) => flags.map((flag) => entry(flag, text)))
    return `  (${shellQuoted(placeOf(page))}) commands=${list(commands)} options=${list(options)} ;;`
  })
  return `#compdef readur-migrate
local place= word
local -a commands options
for word in "\${(@)words[2,CURRENT-1]}"; do
  case "$place $word" in
  (${placesOf(all).join('|')}) place="$place $word" ;;
  esac
done
case $place in
${cases.join('\n')}
esac
if [[ $words[CURRENT] == -* ]]; then
  _describe -o option options
elif (( $#commands )); then
  _describe command commands
else
  _files
fi
`
}

/** @param {Page[]} all */
export function fishCompletion(all) {
  const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`
  const lines = all.flatMap((page) => {
    const at = `complete -c readur-migrate -n ${quoted(`__readur_migrate_at ${quoted(placeOf(page))}`)}`
    return [
      ...page.commands.map((name) => `${at} -f -a ${name} -d ${quoted(summaryOf(find(all, [...page.words, name])))}`),
      ...page.options.map(({ flags, text }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
        return `${at} ${names.join(' ')} -d ${quoted(text)}`
      }),
    ]
  })
  return `# fish completion for readur-migrate
function __readur_migrate_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$place $word" ${placesOf(all).join(' ')}
      set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`
}

/** Text that roff takes for nothing else. */
const roff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')

const environment = [
  [
    'DATABASE_URL, UPLOAD_PATH, READUR_UPLOADS_DIR, S3_*',
    'Readur’s own settings, as in the file of --env-file, which wins.',
  ],
  ['S3_CA_FILE', 'Certificates (PEM) of your own authority, trusted in addition to the public ones.'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'The proxy to reach the storage service and Readur through.'],
  ['READUR_MIGRATE_HOME', 'The data folder, with runs and state files.'],
]

const exits = [
  ['0', 'Done.'],
  ['1', 'Done, with failures.'],
  ['2', 'Wrong usage or settings.'],
  ['3', 'Not started: a check failed.'],
  ['4', 'Rolled back.'],
  ['130', 'Interrupted; the rest can be run.'],
]

/**
 * @param {Page[]} all
 * @param {{ version: string, date: string, homepage: string }} about
 */
export function manualPage(all, { version, date, homepage }) {
  const [program, ...commands] = all
  const tagged = (rows) => rows.map(([term, text]) => `.TP\n.B ${roff(term)}\n${roff(text)}`)
  const optionsOf = ({ options }) => tagged(options.map(({ term, text }) => [term, text]))
  return [
    `.TH READUR\\-MIGRATE 1 "${date}" "readur\\-migrate ${version}" "User Commands"`,
    '.SH NAME',
    'readur\\-migrate \\- move Readur documents to S3 and back',
    '.SH SYNOPSIS',
    '.B readur\\-migrate',
    '.br',
    `.B readur\\-migrate`,
    '.I command',
    '[options]',
    '.SH DESCRIPTION',
    roff(program.description),
    '.PP',
    'Without a command, the window opens.',
    '.SH OPTIONS',
    ...optionsOf(program),
    '.SH COMMANDS',
    ...commands.flatMap((page) => [`.SS ${roff(page.usage)}`, roff(page.description), ...optionsOf(page)]),
    '.SH EXIT STATUS',
    ...tagged(exits),
    '.SH ENVIRONMENT',
    ...tagged(environment),
    '.SH SEE ALSO',
    roff(homepage),
    '',
  ].join('\n')
}
