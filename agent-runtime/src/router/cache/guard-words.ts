const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** What turns the meaning of the word after it: it counts together with that word. */
export const TURNING_WORDS = words(`
  not no never without except cannot neither nor hardly barely unless instead despite
  from by into onto versus vs against
  nicht kein keine keinen keinem keiner keines nie niemals ohne außer statt weder noch von gegen
  ne pas jamais sans aucun aucune sauf ni depuis contre plus
  nunca jamás sin ningún ninguna ninguno nada excepto desde contra
  non mai senza nessun nessuno nessuna tranne
  não nem sem nenhum nenhuma exceto
  niet geen nooit zonder behalve van tegen
`);

/** Words that two texts of one meaning must share, in the same order: small in an embedding, large in an answer. */
export const FIXED_WORDS = words(`
  who whom whose what when where why how which
  my your his her their our you he she they we me him them us its mine yours
  all any some none only every each both most least many much few several another other others same different
  and or but if then else than
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half third
  quarter once twice thrice double triple single first second last next previous
  ein eins zwei drei vier fünf sechs sieben acht neun zehn hundert tausend
  un une deux trois quatre cinq sept huit neuf dix cent mille uno una dos tres cuatro cinco seis siete ocho nueve diez
  plus minus times divided squared cubed percent
  yes true false on off in out up down left right above below over under before after since until during ago
  more less fewer higher lower highest lowest bigger smaller larger biggest smallest largest greater greatest
  better worse best worst min max minimum maximum good bad safe unsafe legal illegal
  long short far near old new young big small large high low fast slow early late earlier later oldest newest latest earliest
  longest shortest fastest slowest cheapest hot cold warm rich poor full empty always sometimes often rarely seldom
  today tomorrow yesterday now daily weekly monthly yearly hourly day week month year hour minute
  start stop begin end open close enable disable allow deny forbid permit accept reject approve decline
  add remove create delete insert drop increase decrease raise reduce grow shrink buy sell lend borrow win lose
  show hide lock unlock mute unmute encrypt decrypt encode decode import export upload download push pull send receive
  install uninstall subscribe unsubscribe follow unfollow join leave enter exit login logout connect disconnect
  ascending descending horizontal vertical positive negative even odd inner outer internal external public private
  input output read write source target parent child left-hand right-hand client server sender receiver
  succeed fail succeeded failed success failure pass love hate like dislike agree disagree possible impossible
  with inside outside within beyond between
  alle jeder jede nur und oder aber vor nach seit bis mehr weniger
  tous toutes chaque seulement et ou mais avant après moins
  todos todas cada solo y o pero antes después más menos
`);

/** Words that say nothing of what a text is about. */
export const FILLING_WORDS = words(`
  a an the this that these those there here is are was were be been being am do does did doing done have has had having
  can could will would shall should may might must i to of for at as it so just also too very really please kindly tell
  give explain describe hello hi hey thanks thank ok okay let lets want wanna need know
`);
