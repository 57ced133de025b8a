/** Pictures, fonts and documents: binary files that nobody expects in a review of code. An SVG is text, and may hold scripts. */
const ASSET = /\.(png|jpe?g|gif|webp|ico|bmp|tiff?|avif|woff2?|ttf|otf|eot|pdf)$/i;

/** Whether a binary file of this name does not run as a program. */
export function isAsset(path: string): boolean {
  return ASSET.test(path);
}
