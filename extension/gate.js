// The three questions, in the words of the school's own pages, and what the answers come to. Without a school in reach
// they are asked here; the school asks them again, with these answers filled in, and decides.

export const QUESTIONS = [
  {
    name: 'under_18',
    label: 'Could anyone in it be, or look, under 18 and be nude, partly nude or sexual?',
    hint: 'Made by a computer, drawn over or blurred counts.',
  },
  { name: 'adult_intimate', label: 'Does it show an adult nude, partly nude or in a sexual act?' },
  { name: 'danger', label: 'Does it show a threat to life, or self-harm?' },
]

export const ANSWERS = [['yes', 'Yes'], ['no', 'No'], ['not_sure', 'Not sure']]

/** The questions that have no answer yet. */
export function unanswered(answers) {
  const known = ANSWERS.map(([value]) => value)
  return QUESTIONS.filter(({ name }) => !known.includes(answers[name]))
}

/** What the answers come to: 'pass', 'stop_child' or 'stop_adult'. “Not sure” counts as yes; no answer stops too. */
export function outcome(answers) {
  if (answers.under_18 !== 'no') return 'stop_child'
  if (answers.adult_intimate !== 'no') return 'stop_adult'
  return unanswered(answers).length ? 'stop_adult' : 'pass'
}
