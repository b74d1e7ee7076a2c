/** Whether an answer is one to wait for: a promise, or whatever else has `then`, as the query builders of databases do. */
export function isThenable<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  if (typeof answer !== 'object' && typeof answer !== 'function') return false
  return answer !== null && 'then' in answer && typeof answer.then === 'function'
}
