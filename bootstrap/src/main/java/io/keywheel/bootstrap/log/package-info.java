/// The log: one line per event, on standard error, without keys or prompts.
@NullMarked
package io.keywheel.bootstrap.log;

import org.jspecify.annotations.NullMarked;
