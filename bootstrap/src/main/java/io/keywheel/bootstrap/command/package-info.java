/// The commands of the program, and their output.
@NullMarked
package io.keywheel.bootstrap.command;

import org.jspecify.annotations.NullMarked;
