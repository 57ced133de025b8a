import shared from '../local/eslint.config.mjs';

export default [...shared, { rules: { 'require-yield': 'off' } }];
