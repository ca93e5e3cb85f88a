@NullMarked
package io.keywheel.bootstrap.command;

import org.jspecify.annotations.NullMarked;
