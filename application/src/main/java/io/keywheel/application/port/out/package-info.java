/// What the application asks of the outside: the LLM providers; time, chance, threads, and somebody to tell.
@NullMarked
package io.keywheel.application.port.out;

import org.jspecify.annotations.NullMarked;
