import type { ModelAttempt, RoutedCallOptions, RoutedModel } from '../router/routed-model.ts';

/** The same router, telling `observe` of every upstream call. */
export function measuredModel(router: RoutedModel, observe: (attempt: ModelAttempt) => void): RoutedModel {
  const measured = (options: RoutedCallOptions): RoutedCallOptions => ({
    ...options,
    onAttempt: (attempt) => {
      observe(attempt);
      options.onAttempt?.(attempt);
    },
  });
  return {
    generate: (request, options) => router.generate(request, measured(options)),
    stream: (request, options) => router.stream(request, measured(options)),
    models: () => router.models(),
  };
}
