/// What the application asks of the outside: the LLM providers, and somebody to tell what happens.
@NullMarked
package io.keywheel.application.port.out;

import org.jspecify.annotations.NullMarked;
