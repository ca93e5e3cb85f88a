// The question of most tests, and how they read the answer.
export const ANSWER = 'You asked "hello" (message 1 of this conversation).';

export function question(model, more = {}) {
  return { model, messages: [{ role: 'user', content: 'hello' }], ...more };
}

/** Every chunk of a stream. */
export async function collected(stream, chunks = []) {
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return chunks;
}

/** The text of one choice. */
export function textOf(chunks, index = 0) {
  return choicesOf(chunks)
    .filter((choice) => choice.index === index)
    .map((choice) => choice.delta.content ?? '')
    .join('');
}

export function choicesOf(chunks) {
  return chunks.flatMap((chunk) => chunk.choices);
}
