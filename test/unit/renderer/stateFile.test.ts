import { describe, expect, it } from 'vitest'
import { stateLines } from '../../../src/renderer/screens/record/stateLines.ts'

describe('the lines of a state file', () => {
  it('are read as values, lists and entries', () => {
    const text = `{
  "started_at": "2025-11-22T08:19:00.000Z",
  "readur_migrate": {"format":1,"run_id":"r"},
  "completed_migrations": [
    {"document_id":"d1","original_path":"/app/uploads/documents/a.pdf","associated_files":[{"file_type":"thumbnail"}]},
    {"document_id":"d2"}
  ],
  "failed_migrations": [],
  "total_files": 2
}
`
    expect(stateLines(text)).toEqual([
      { kind: 'value', name: 'started at', value: '2025-11-22T08:19:00.000Z' },
      { kind: 'value', name: 'format', value: '1' },
      { kind: 'value', name: 'run id', value: 'r' },
      { kind: 'list', name: 'completed migrations' },
      {
        kind: 'entry',
        name: 'a.pdf',
        fields: [
          ['document id', 'd1'],
          ['original path', '/app/uploads/documents/a.pdf'],
          ['associated files 1', '{"file_type":"thumbnail"}'],
        ],
      },
      { kind: 'entry', name: 'd2', fields: [['document id', 'd2']] },
      { kind: 'list', name: 'failed migrations' },
      { kind: 'value', name: 'total files', value: '2' },
    ])
  })

  it('that are none of ours are shown as they are', () => {
    expect(stateLines('garbage\n"half": {"a')).toEqual([
      { kind: 'text', text: 'garbage' },
      { kind: 'text', text: '"half": {"a' },
    ])
  })
})
