/** Whole words, whatever their case. */
const anyOf = (...words: string[]) => new RegExp(`\\b(?:${words.join('|')})\\b`, 'gi');

/** What is counted in a prompt's question (its lettered options left out). Each enters the features as log(1 + count). */
export const QUESTION_CUES = {
  hypothetical: anyOf('if', 'suppose', 'assume', 'assuming', 'given that', 'let', 'consider', 'imagine', 'would', 'were'),
  superlative: anyOf('best', 'most', 'primary', 'main', 'strongest', 'worst', 'greatest', 'largest', 'highest', 'least'),
  definition: anyOf('called', 'known as', 'term', 'defined', 'definition', 'refers? to', 'name of', 'named', 'describes?', 'means?'),
  calculation: anyOf('calculate', 'compute', 'find', 'determine', 'evaluate', 'solve', 'how (?:many|much|long|far|old)', 'simplify', 'estimate', 'total', 'sum', 'product', 'average', 'probability', 'percent', 'ratio', 'rate'),
  comparison: anyOf('more', 'less', 'fewer', 'than', 'times', 'twice', 'half', 'double', 'triple', 'third', 'quarter', 'each', 'every', 'per', 'remaining', 'left', 'rest'),
  units: /\b(?:kg|g|mg|m|cm|mm|km|s|ms|min|hours?|minutes?|seconds?|days?|weeks?|years?|J|kJ|N|V|W|Hz|kHz|MHz|K|C|mol|L|mL|ohms?|volts?|watts?|meters?|miles?|feet|pounds?|dollars?|cents?)\b|[%$€£]/g,
  person: anyOf('he', 'she', 'his', 'her', 'him', 'they', 'their', 'man', 'woman', 'boy', 'girl', 'mother', 'father', 'friend'),
  second: anyOf('you', 'your', 'i', 'my', 'me', 'we', 'our'),
  negation: anyOf('not', 'except', 'never', 'cannot', 'without', 'false', 'incorrect'),
  who: anyOf('who', 'whom', 'whose'),
  when: anyOf('when'),
  where: anyOf('where'),
  which: anyOf('which'),
  how: anyOf('how', 'why', 'explain'),
  following: anyOf('following', 'these', 'statements?', 'passage', 'according to', 'excerpt', 'author', 'above'),
  write: anyOf('write', 'create', 'draft', 'rewrite', 'summari[sz]e', 'translate', 'list', 'generate', 'design', 'implement', 'compose', 'edit', 'provide'),
  code: /[{};]|\(\)|==|!=|->|=>|::|"""|\b(?:def|return|print|function|python|javascript|sql|code|program|algorithm|array|string|integer|loop|boolean|tuple|list)\b/g,
  latex: /\\[a-zA-Z]+|\$(?!\d)[^$\n]{1,80}\$/g,
  symbols: /[∀∃∧∨⊃≡~•∙∴¬→↔⊢∈⊂∪∩∑∫√≤≥±×÷∞π²³°]/g,
  variables: /(?<![\w'’.])[b-hj-zB-HJ-Z](?![\w'’.])/g,
  law: anyOf('plaintiff', 'defendant', 'court', 'statute', 'contract', 'jury', 'guilty', 'liable', 'liability', 'negligence', 'sued', 'convicted', 'crime', 'constitutional', 'jurisdiction', 'trial', 'treaty'),
  medicine: anyOf('patients?', 'disease', 'syndrome', 'symptoms', 'treatment', 'clinical', 'blood', 'infection', 'diagnosis', 'therapy', 'drug', 'cells', 'gene', 'protein', 'muscle', 'nerve', 'acid', 'enzyme', 'compound', 'reaction'),
  quotes: /["“”]/g,
  commas: /,/g,
  parentheses: /\(/g,
  blank: /_+|…|\.{3}/g,
  lines: /\n/g,
} satisfies Record<string, RegExp>;

/** What is counted in the lettered options, if the prompt has them. */
export const OPTION_CUES = {
  optionReasons: anyOf('because', 'if', 'unless', 'since', 'but'),
  optionJoins: anyOf('both', 'neither', 'all of the above', 'none of the above', 'only', 'either', 'and I{1,3}', 'true', 'false'),
} satisfies Record<string, RegExp>;
