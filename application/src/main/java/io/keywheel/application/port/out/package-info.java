/// What the application asks of the outside: the LLM providers; time, chance, threads, and an observer.
@NullMarked
package io.keywheel.application.port.out;

import org.jspecify.annotations.NullMarked;
