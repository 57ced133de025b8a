import type { Rule } from '../rule.ts';
import { COMPARISON_RULES } from './comparison.ts';
import { CONFIGURATION_RULES } from './configuration.ts';
import { CRYPTOGRAPHY_RULES } from './cryptography.ts';
import { ERROR_HANDLING_RULES } from './error-handling.ts';
import { EXECUTION_RULES } from './execution.ts';
import { INJECTION_RULES } from './injection.ts';
import { LOGIC_RULES } from './logic.ts';
import { SECRET_RULES } from './secrets.ts';

/** Where several rules match one line, the first one speaks. */
export const RULES: readonly Rule[] = [
  ...INJECTION_RULES, ...EXECUTION_RULES, ...CRYPTOGRAPHY_RULES, ...SECRET_RULES, ...ERROR_HANDLING_RULES, ...LOGIC_RULES,
  ...COMPARISON_RULES, ...CONFIGURATION_RULES,
];
