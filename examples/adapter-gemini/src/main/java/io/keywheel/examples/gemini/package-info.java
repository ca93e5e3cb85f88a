/// An adapter for Gemini's `generateContent`.
@NullMarked
package io.keywheel.examples.gemini;

import org.jspecify.annotations.NullMarked;
