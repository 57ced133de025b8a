const TESTS = /(^|\/)(tests?|specs?|__tests__|e2e|fixtures?|testdata)\/|[._-](test|spec)\.[a-z]+$|_test\.go$|(^|\/)test_[^/]+\.py$/i;
const TEXTS = /\.(md|mdx|rst|adoc|txt|po|pot|svg|csv)$|(^|\/)(docs?|LICENSE|CHANGELOG|AUTHORS)(\/|$|\.)/i;
const CONFIGURATION = /\.(json|jsonc|ya?ml|toml|ini|cfg|conf|properties|xml|lock|editorconfig|css|scss|less)$|(^|\/)\.[^/]+$/i;
/** Configuration that runs, or decides who may do what. */
const RUNS = /(^|\/)\.github\/(workflows|actions)\/|(^|\/)(Dockerfile|Makefile|Jenkinsfile)|docker-compose|\.gitlab-ci|\.tf$|(^|\/)k8s\//i;

/** Order of review, 0 first: code that runs, configuration, tests, texts. */
export function riskOf(path: string): number {
  if (RUNS.test(path)) return 0;
  if (TEXTS.test(path)) return 3;
  if (TESTS.test(path)) return 2;
  return CONFIGURATION.test(path) ? 1 : 0;
}
