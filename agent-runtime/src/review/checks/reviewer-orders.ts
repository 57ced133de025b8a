import { addedLines, complain, MAX_LINE, type Check } from './line-check.ts';

const ORDERS = [
  /\b(ignore|disregard|forget|override)\b.{0,40}\b(previous|prior|above|earlier|all|any|your|system)\b.{0,30}\b(instructions?|rules?|prompts?|guidelines?)\b/i,
  /\b(approve|lgtm|accept)\b.{0,30}\bthis\b.{0,20}\b(pull[ -]?request|pr|change|diff|merge request)\b/i,
  /\b(reviewer|review bot|assistant|ai|llm|language model|agent)s?\b.{0,40}\b(must|should|shall|has to|have to|please)\b.{0,60}\b(approve|lgtm|no findings|no issues|not (report|flag|mention))/i,
];

/** Whether a text gives orders to whoever reviews it. */
export function ordersReviewer(text: string): boolean {
  return ORDERS.some((pattern) => pattern.test(text));
}

/** Added lines that try to steer the reviewer. What they say has no effect; that they are there is worth a person's look. */
export const checkReviewerOrders: Check = (file) => addedLines(file)
  .filter((line) => ordersReviewer(line.text.slice(0, MAX_LINE)))
  .map((line) => complain(file, line, {
    severity: 'medium', category: 'security', confidence: 0.7, title: 'Text that gives orders to the reviewer',
    explanation: 'This line reads like an instruction to an automatic reviewer. It was treated as data and had no effect on the review; '
      + 'make sure that it is there for a good reason.',
  }));
