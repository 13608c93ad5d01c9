/** Requests per second as a person reads them. */
export function rateText(perSecond: number): string {
  return perSecond < 1000 ? `${perSecond.toFixed(0)} req/s` : `${(perSecond / 1000).toFixed(1)} k req/s`;
}
