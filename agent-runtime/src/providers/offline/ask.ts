/** What is said to a question when there is no language model to answer it. */
export const NO_MODEL_ANSWER = `No language model is configured, so this question cannot be answered.

What works without one: **Review Pull Request**. Its exact checks and some eighty offline rules find known defects line by line (injection, secrets, disabled certificate checks, swallowed errors, off-by-one loops and the like). They do not understand what a change is for.

To get answers, give the agent runtime one of these and start it again (in its environment or its \`.env\`):

- **Claude**: \`ANTHROPIC_API_KEY\`
- **Ollama**, on your own machine: \`OLLAMA_MODELS=<name of a model you have pulled>\`, and \`OLLAMA_HOST\` if it is elsewhere
- **OpenAI**: \`OPENAI_API_KEY\`
- **vLLM or another OpenAI-compatible server**: \`OPENAI_BASE_URL\` and \`OPENAI_MODELS\`; with \`OPENAI_MODELS_FREE=true\` its calls count as free`;

/** Added where there were tools to call. */
export const NO_TOOLS = 'The tools that were offered were not looked at: calling them takes a language model.';
