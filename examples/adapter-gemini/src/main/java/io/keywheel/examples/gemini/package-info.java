/// Gemini, asked by `generateContent`.
@NullMarked
package io.keywheel.examples.gemini;

import org.jspecify.annotations.NullMarked;
