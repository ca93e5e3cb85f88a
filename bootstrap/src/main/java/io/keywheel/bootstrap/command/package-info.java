/// What the program can be told to do, and how it speaks to whoever told it.
@NullMarked
package io.keywheel.bootstrap.command;

import org.jspecify.annotations.NullMarked;
