/// The commands of the program, and their console.
@NullMarked
package io.keywheel.bootstrap.command;

import org.jspecify.annotations.NullMarked;
