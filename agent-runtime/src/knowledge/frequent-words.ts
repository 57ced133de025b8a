/** English and German words of any text, in lower case and without accents, as far as they mean nothing else in the other language. */
export const FREQUENT_WORDS: ReadonlySet<string> = new Set(`
  a about after all also an and any are as at be because been but by can could did do does for from had has have he her his how i
  if in into is it its just like me more most my no not of on one only or other our out over she should so some such than that the
  their them then there these they this those to up us was we were what when where which who why will with would you your s t
  aber alle als am auch auf aus bei bin bis da damit das dass dem den der des du ein eine einem einen einer eines er es fur haben
  hat ich ihr im ist ja kann kein mehr mit muss nach nicht noch nur oder sein sich sie sind uber um und uns vom von vor wenn werden
  wie wir wird wurde zu zum zur`.trim().split(/\s+/));
