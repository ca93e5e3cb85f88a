/// The commands of the program, and its console.
@NullMarked
package io.keywheel.bootstrap.command;

import org.jspecify.annotations.NullMarked;
