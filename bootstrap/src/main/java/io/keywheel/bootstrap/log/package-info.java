/// The log: one line an event, on standard error, without keys and without prompts.
@NullMarked
package io.keywheel.bootstrap.log;

import org.jspecify.annotations.NullMarked;
