// What the tests ask, and how they read what is answered.
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

/** The text that the chunks of one choice make up. */
export function textOf(chunks, index = 0) {
  return choicesOf(chunks)
    .filter((choice) => choice.index === index)
    .map((choice) => choice.delta.content ?? '')
    .join('');
}

export function choicesOf(chunks) {
  return chunks.flatMap((chunk) => chunk.choices);
}
